import {isIP} from 'node:net';
import type {Deny} from '../policies/model/decision.ts';
import type {FirstBytes} from './gate.ts';

/**
What the first bytes of a peeked tunnel may not be (X16, X17): TLS that hides its name or names
another host could be meant for any tenant behind the address. Undefined: let them pass.
*/
export const objectionToTunnel = (bytes: FirstBytes, host: string): Deny | undefined => {
	switch (bytes.kind) {
		case 'http':
		case 'other':
			return undefined;
		case 'unparsable-tls':
			return mismatch('the TLS hello cannot be read, so the host it asks for is unknown');
		case 'tls':
			return objectionToHello(bytes, host);
	}
};

/** What is inspected must be TLS or HTTP. */
export const objectionToInspection = (bytes: FirstBytes): Deny | undefined =>
	bytes.kind === 'tls' || bytes.kind === 'http'
		? undefined
		: {
				kind: 'deny',
				layer: 'l4',
				code: 'uninspected_bytes',
				reason: 'the place is inspected, and the first bytes are neither TLS nor HTTP',
			};

const objectionToHello = (
	{servername, hasEncryptedHello}: Extract<FirstBytes, {kind: 'tls'}>,
	host: string,
): Deny | undefined => {
	if (hasEncryptedHello) {
		return mismatch('the TLS hello is encrypted (ECH), so the host it asks for cannot be read');
	}

	// An address has no name of its own: only a hello without one keeps to what was allowed.
	const expected = isIP(host) === 0 ? host : '';
	return servername === expected
		? undefined
		: mismatch(
				expected === ''
					? 'a tunnel to an address must not ask for a name (SNI)'
					: 'the TLS server name (SNI) is not the host of the CONNECT',
			);
};

const mismatch = (reason: string): Deny => ({
	kind: 'deny',
	layer: 'l4',
	code: 'authority_mismatch',
	reason,
});
