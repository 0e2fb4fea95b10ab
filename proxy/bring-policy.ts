import type {GateParts} from './build-gate.ts';
import type {ProxyOptions} from './options.ts';

/**
The first policy: what the gateway has, or `--policy` until it answers. A gateway's policy that
cannot be read starts a proxy that denies everything and waits for the next revision.
@throws when there is neither, or `--policy` cannot be read.
*/
export const bringPolicy = async (
	{policy}: Pick<ProxyOptions, 'policy'>,
	{link, load, snapshot}: Pick<GateParts, 'link' | 'load' | 'snapshot'>,
): Promise<void> => {
	const fetched = await link?.follow.start();
	if (fetched?.ok === true || (fetched?.ok === false && fetched.error.kind === 'unusable')) {
		return;
	}

	if (policy === undefined) {
		throw new Error(
			fetched === undefined
				? 'the proxy has no policy; give --policy FILE or --gateway'
				: `${fetched.error.error}; start the gateway, or give --policy FILE to begin without it`,
		);
	}

	const loaded = load({source: 'file', revision: 0, yaml: policy});
	// The gateway may have answered meanwhile; then its policy stands.
	if (!loaded.ok && snapshot.current() === undefined) {
		throw new Error(`the policy cannot be used:\n${loaded.error}`);
	}
};
