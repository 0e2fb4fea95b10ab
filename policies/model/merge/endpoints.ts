import type {Endpoint} from '../policy.ts';
import {ok, type Result} from '../result.ts';
import {mergeEndpoint} from './merge-endpoint.ts';
import type {MergeError, MergeWarning} from './outcome.ts';
import {isSamePlace} from './target.ts';

export type Added = {
	readonly endpoints: readonly Endpoint[];
	readonly warnings: readonly MergeWarning[];
};

/** Merges each incoming endpoint into the first that names the same place, or appends it. */
export const addEndpoints = (
	existing: readonly Endpoint[],
	incoming: readonly Endpoint[],
): Result<Added, MergeError> => {
	const endpoints = [...existing];
	const warnings: MergeWarning[] = [];
	for (const endpoint of incoming) {
		const index = endpoints.findIndex(other => isSamePlace(other, endpoint));
		const other = endpoints[index];
		if (!other) {
			endpoints.push(endpoint);
			continue;
		}

		const merged = mergeEndpoint(other, endpoint);
		if (!merged.ok) {
			return merged;
		}

		endpoints[index] = merged.value.endpoint;
		warnings.push(...merged.value.warnings);
	}

	return ok({endpoints, warnings});
};
