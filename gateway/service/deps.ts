import type {DigestOf} from '../../policies/model/names.ts';
import type {Registry} from '../../policies/model/protocol.ts';
import type {Store} from '../store/open.ts';
import type {Pki} from './pki.ts';
import type {Presence} from './presence.ts';

/** What the services work with. Each takes only the part it uses. */
export type ServiceDeps = {
	readonly store: Store;
	readonly pki: Pki;
	readonly presence: Presence;
	/** The protocol words; a policy that needs another is refused. */
	readonly words: Registry;
	/** Milliseconds since the epoch. */
	now(): number;
	/** A fresh ULID, ordered by time. */
	ulid(): string;
	readonly digest: DigestOf;
};
