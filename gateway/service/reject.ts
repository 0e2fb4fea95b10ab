import {ok, type Result} from '../../policies/model/result.ts';
import type {RulingAnswer} from '../client/wire.ts';
import {undecided} from '../store/bundles.ts';
import type {SandboxRow} from '../store/rows.ts';
import type {ServiceDeps} from './deps.ts';
import type {Failure} from './failure.ts';
import {revoke} from './revoke.ts';
import {
	decide,
	failDecided,
	failWithChunk,
	type RulingRequest,
	readCase,
	rulingAnswer,
} from './ruling.ts';

/** Denies a bundle that waits, with or without guidance; takes back one that is active (wire.md §4). */
export const reject = (
	deps: ServiceDeps,
	caller: SandboxRow,
	request: RulingRequest,
): Promise<Result<RulingAnswer, Failure>> =>
	deps.store.write(async write => {
		const found = await readCase(write, caller, request.chunk);
		if (!found.ok) {
			return found;
		}

		const {sandbox, bundle} = found.value;
		if (request.review_token !== '' && request.review_token !== bundle.review_token) {
			return failWithChunk(
				write,
				found.value,
				request.chunk,
				'stale',
				'this is not the proposal as it is now; read it again and decide on what it says',
			);
		}

		if (bundle.phase === 'active') {
			return revoke(deps, write, found.value, request);
		}

		const isOurs = await decide(deps, write, found.value, request, 'reject', undecided, {
			phase: 'denied',
			rejection_code: 'denied',
			rejection_reason: request.reason,
			guidance_code: request.guidance_code,
		});
		return isOurs
			? ok(await rulingAnswer(write, sandbox, request.chunk))
			: failDecided(write, found.value, request.chunk);
	});
