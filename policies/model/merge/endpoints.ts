import type {Endpoint} from '../policy.ts';
import {ok, type Result} from '../result.ts';
import {same} from '../same.ts';
import {mergeEndpoint} from './merge-endpoint.ts';
import type {MergeError, MergeWarning} from './outcome.ts';
import {isSamePlace} from './target.ts';

export type Added = {
	readonly endpoints: readonly Endpoint[];
	readonly warnings: readonly MergeWarning[];
};

/**
Merges each incoming endpoint into the one that names the same place, or appends it. Of several
the one with the same ports is meant, else the first of those that were there before: endpoints of
one operation whose ports differ stay apart, or one would get what was said of the other's ports.
*/
export const addEndpoints = (
	existing: readonly Endpoint[],
	incoming: readonly Endpoint[],
): Result<Added, MergeError> => {
	const endpoints = [...existing];
	const warnings: MergeWarning[] = [];
	for (const endpoint of incoming) {
		const index = placeOf(endpoint, endpoints, existing);
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

const placeOf = (
	endpoint: Endpoint,
	endpoints: readonly Endpoint[],
	existing: readonly Endpoint[],
): number => {
	const exact = endpoints.findIndex(
		other => isSamePlace(other, endpoint) && same(other.ports, endpoint.ports),
	);
	return exact === -1 ? existing.findIndex(other => isSamePlace(other, endpoint)) : exact;
};
