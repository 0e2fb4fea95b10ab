import {err, ok, type Result} from './result.ts';

declare const brand: unique symbol;

/** A string that has been checked: only this module and the parsers of its kind make one. */
export type Branded<Name extends string> = string & {readonly [brand]: Name};

/** A host in canonical form (see `host.ts`): lower case, no trailing dot, IDNA, WHATWG IPv4. */
export type Host = Branded<'Host'>;
/** A request path in canonical form (see `path.ts`). What was matched is what is sent upstream. */
export type CanonicalPath = Branded<'CanonicalPath'>;
/** The map key of a rule under `network_policies`. */
export type RuleKey = Branded<'RuleKey'>;
/** A lower-case hex SHA-256. */
export type Digest = Branded<'Digest'>;
export type SandboxName = Branded<'SandboxName'>;
export type SandboxId = Branded<'SandboxId'>;
export type ChunkId = Branded<'ChunkId'>;
export type BundleId = Branded<'BundleId'>;
export type DenialId = Branded<'DenialId'>;
export type RulingId = Branded<'RulingId'>;

/** SHA-256 as an effect, so that the model needs no `node:crypto`. */
export type DigestOf = (text: string) => Digest;

const idKinds = {
	sandbox: 'sbx',
	chunk: 'chk',
	bundle: 'bnd',
	denial: 'den',
	ruling: 'rul',
	request: 'req',
	lease: 'lea',
} as const;

type IdKind = keyof typeof idKinds;

type IdOf = {
	sandbox: SandboxId;
	chunk: ChunkId;
	bundle: BundleId;
	denial: DenialId;
	ruling: RulingId;
	request: Branded<'RequestId'>;
	lease: Branded<'LeaseId'>;
};

/** An id is its kind's prefix, an underscore and a ULID that the caller made. */
export const makeId = <K extends IdKind>(kind: K, ulid: string): IdOf[K] =>
	`${idKinds[kind]}_${ulid}` as IdOf[K];

/** An id as it arrives from outside: the kind's prefix and the 26 characters of a ULID. */
export const parseId = <K extends IdKind>(kind: K, text: string): Result<IdOf[K], string> =>
	new RegExp(`^${idKinds[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`).test(text)
		? ok(text as IdOf[K])
		: err(`expected ${idKinds[kind]}_ and a ULID`);

/** Sandbox names become folder names and certificate names: `[a-z0-9][a-z0-9-]{0,62}`. */
export const parseSandboxName = (text: string): Result<SandboxName, string> =>
	/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)
		? ok(text as SandboxName)
		: err('a sandbox name is 1 to 63 of a-z, 0-9 and -, and does not start with -');

/** Names that agents choose (rule names): `[a-z0-9_-]{1,64}`; `_provider_` is reserved. */
export const parseAgentRuleName = (text: string): Result<RuleKey, string> => {
	if (!/^[a-z0-9_-]{1,64}$/.test(text)) {
		return err('a rule name is 1 to 64 of a-z, 0-9, _ and -');
	}

	return text.startsWith('_provider_')
		? err("rule names starting '_provider_' are reserved")
		: ok(text as RuleKey);
};
