import {randomBytes} from 'node:crypto';
import {createSecureContext, type SecureContext} from 'node:tls';
import {
	authorityCertificate,
	issuerOf,
	leafCertificate,
	serialNumber,
} from '../x509/certificate.ts';
import {makeKeys, pemOfKey} from '../x509/keys.ts';
import {authorityLimits} from './limits.ts';

/**
The sandbox's own certificate authority: one P-256 key that lives in this process's memory
and is gone with it. Signs a leaf for each host that a client asks for inside a tunnel.
*/
export type Authority = {
	/** What clients of this sandbox must trust. */
	readonly caPem: string;
	/**
	What answers a TLS client that expects `host` (canonical; an IPv6 address without brackets).
	Synchronous, so clients that arrive together share one leaf.
	*/
	contextFor(host: string): SecureContext;
};

type Deps = {
	/** Of the sandbox; part of the authority's common name. */
	readonly name: string;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Contexts kept; the least recently used goes first. */
	readonly capacity: number;
};

export const createAuthority = ({name, now, capacity}: Deps): Authority => {
	const keys = makeKeys();
	const issuer = issuerOf(`sandbox ${name}`, keys);
	const validity = lifetime(now(), authorityLimits.authorityMs);
	// One key for all leafs: a fresh one for each would only slow the first request to a host.
	const leafKeys = makeKeys();
	const leafKeyPem = pemOfKey(leafKeys.privateKey);
	const kept = new Map<string, Kept>();

	return {
		caPem: authorityCertificate({
			publicKey: keys.publicKey,
			issuer,
			validity,
			serial: newSerial(),
		}),
		contextFor: host => {
			const found = kept.get(host);
			kept.delete(host);

			if (found && found.until - now() > authorityLimits.renewBeforeMs) {
				kept.set(host, found);
				return found.context;
			}

			const leafValidity = lifetime(now(), authorityLimits.leafMs, validity.until);
			const cert = leafCertificate({
				commonName: host,
				names: [host],
				usage: 'server',
				publicKey: leafKeys.publicKey,
				issuer,
				validity: leafValidity,
				serial: newSerial(),
			});
			const context = createSecureContext({cert, key: leafKeyPem, minVersion: 'TLSv1.2'});
			kept.set(host, {context, until: leafValidity.until});
			dropOldest(kept, capacity);
			return context;
		},
	};
};

type Kept = {readonly context: SecureContext; readonly until: number};

const lifetime = (now: number, milliseconds: number, atMost = Number.POSITIVE_INFINITY) => ({
	from: now - authorityLimits.backdateMs,
	until: Math.min(now + milliseconds - authorityLimits.backdateMs, atMost),
});

const dropOldest = (kept: Map<string, Kept>, capacity: number) => {
	const [oldest] = kept.keys();

	if (kept.size > capacity && oldest !== undefined) {
		kept.delete(oldest);
	}
};

const newSerial = () => serialNumber(randomBytes(16));
