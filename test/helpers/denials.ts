import type {Denial} from '../../policies/model/denial.ts';
import type {DenialId, RuleKey} from '../../policies/model/names.ts';
import type {DenialRing} from '../../policies/model/plugin.ts';

/** An L7 refusal; a test says what is different about it. */
export const aDenial = (more: Partial<Denial> = {}): Denial => ({
	denial_id: 'den_01JD8Q4ZK3M5N7P9R1T3V5X7Z9' as DenialId,
	at: Date.UTC(2026, 10, 21, 12),
	code: 'not_permitted',
	layer: 'l7',
	host: 'api.github.com',
	port: 443,
	binary: '/usr/bin/curl',
	method: 'POST',
	path: '/user/repos',
	policy: 'github' as RuleKey,
	detail: 'POST api.github.com:443/user/repos denied by L7 policy',
	reason: 'POST /user/repos not permitted by policy',
	...more,
});

/** A ring that holds just these, newest first. */
export const ringOf = (...denials: readonly Denial[]): DenialRing => ({
	recent: count => denials.slice(0, count),
	find: id => denials.find(denial => denial.denial_id === id),
});
