import {bundlesIn, chunksOf} from '../store/bundles.ts';
import type {Read} from '../store/handles.ts';
import type {SandboxRow} from '../store/rows.ts';
import {storedOperations} from './operations.ts';

/** One line for each approval that a new run of this sandbox starts with. */
export const inheritedBy = async (read: Read, sandbox: SandboxRow): Promise<readonly string[]> => {
	const bundles = await bundlesIn(read, sandbox.id, ['active', 'activating']);
	const chunks = await chunksOf(
		read,
		bundles.map(bundle => bundle.id),
	);
	return chunks.map(chunk => {
		const endpoints = storedOperations([chunk]).operations.flatMap(
			({addRule}) => addRule.rule.endpoints,
		);
		const places = endpoints.map(({host, ports}) => `${host}:${ports.join(',')}`);
		return `rule ${chunk.landing_rule}: ${places.join(' ')} (approved as ${chunk.id})`;
	});
};
