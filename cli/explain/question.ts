import type {DenialCode} from '../../policies/model/codes.ts';
import {type CompiledPolicy, endpointsAt} from '../../policies/model/compile.ts';
import {parseHost} from '../../policies/model/host.ts';
import type {Intent} from '../../policies/model/intent.ts';
import {canonicalTarget} from '../../policies/model/path.ts';
import {parseQuery} from '../../policies/model/query.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';

/** What somebody asks a policy; without `method` it is asked whether the place may be reached at all. */
export type Question = {
	readonly id: string | number | null;
	readonly binary: string;
	readonly ancestors: readonly string[];
	readonly host: string;
	readonly port: number;
	readonly method?: string;
	/** May carry a query of its own. */
	readonly path?: string;
	readonly query: ReadonlyMap<string, readonly string[]>;
	/** YAML text that takes the place of `--policy`. */
	readonly policy?: string;
};

/** A question that the proxy would refuse before any rule is asked. */
export type Malformed = {readonly code: DenialCode; readonly reason: string};

/** The question in normal form, exactly as the proxy would see the same request. */
export function intentOf(question: Question, policy: CompiledPolicy): Result<Intent, Malformed> {
	const host = parseHost(question.host);
	if (!host.ok) {
		return err({code: 'malformed_authority', reason: host.error});
	}

	const {binary, ancestors, port} = question;
	const place = {host: host.value, port, caller: {binary, ancestors}};
	if (question.method === undefined) {
		return ok({kind: 'connection', ...place});
	}

	const allowEncodedSlash = endpointsAt(policy, host.value, port).some(
		endpoint => endpoint.allow_encoded_slash,
	);
	const target = canonicalTarget(question.path ?? '/', {allowEncodedSlash});
	if (!target.ok) {
		return err({
			code: 'malformed_target',
			reason: `request-target must be canonical (${target.error})`,
		});
	}

	const query = parseQuery(target.value.query);
	return query.ok
		? ok({
				kind: 'request',
				...place,
				scheme: port === 80 ? 'http' : 'https',
				method: question.method.toUpperCase(),
				path: target.value.path,
				encodedSlash: target.value.hasEncodedSlash,
				query: joined(query.value, question.query),
			})
		: err({code: 'malformed_target', reason: query.error});
}

function joined(
	one: ReadonlyMap<string, readonly string[]>,
	other: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
	const all = new Map(one);
	for (const [key, values] of other) {
		all.set(key, [...(all.get(key) ?? []), ...values]);
	}

	return all;
}
