import type {Denial} from '../policies/model/denial.ts';
import type {DenialRing} from '../policies/model/plugin.ts';
import {denialRingSize} from './gate-limits.ts';

/** The proxy's memory of its last refusals. It works with the gateway down, and it is all that `denial_ids` may cite. */
export type Denials = DenialRing & {add(denial: Denial): void};

/** A ring: the oldest is forgotten when `size` are held. */
export const makeDenials = (size = denialRingSize): Denials => {
	const byId = new Map<string, Denial>();

	return {
		add(denial) {
			byId.set(denial.denial_id, denial);
			const oldest = byId.size > size ? byId.keys().next().value : undefined;
			if (oldest !== undefined) {
				byId.delete(oldest);
			}
		},
		find: id => byId.get(id),
		recent: count => (count > 0 ? [...byId.values()].slice(-count).reverse() : []),
	};
};
