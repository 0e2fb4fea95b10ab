import {parseAddress, parseAddressRange} from '../address.ts';
import {reachesAlwaysBlocked} from '../address-class.ts';
import {clean} from '../clean.ts';
import {parseHostPattern} from '../host-pattern.ts';
import {below, complain, isWritten, type Place, warn} from './place.ts';
import type {WrittenEndpoint} from './written-endpoint.ts';

/** Place and connection: host, ports, addresses, tls, credentials (contract 1.3). */
export const checkEndpoint = (written: WrittenEndpoint, place: Place): void => {
	checkHost(written, below(place, 'host'));
	checkPorts(written, place);
	checkAllowedIps(written, below(place, 'allowed_ips'));
	checkTls(written, below(place, 'tls'));
	checkSigning(written, place);
};

const checkHost = (written: WrittenEndpoint, place: Place): void => {
	const host = written.host ?? '';
	if (host.trim() === '') {
		checkHostless(written, place);
		return;
	}

	if (written.protocol === 'tcp' && !isTcpHost(host, place)) {
		return;
	}

	const pattern = parseHostPattern(host);
	if (!pattern.ok) {
		complain(place, pattern.error.kind, pattern.error.message);
	}
};

const checkHostless = (written: WrittenEndpoint, place: Place): void => {
	if (written.protocol === 'tcp') {
		complain(place, 'MissingTcpEndpointHost', 'protocol tcp needs a DNS name as host');
	} else if (!written.allowed_ips?.length) {
		complain(place, 'MissingEndpointHost', 'endpoint.host is required');
	}
};

const isTcpHost = (host: string, place: Place): boolean => {
	if (/[\s[\]]|\.$/.test(host)) {
		const message = 'protocol tcp needs a plain DNS name: no spaces, brackets or trailing dot';
		complain(place, 'InvalidTcpEndpointHost', message);
		return false;
	}

	const pattern = parseHostPattern(host);
	if (pattern.ok && parseAddress(pattern.value).ok) {
		complain(place, 'TcpEndpointIpLiteral', 'protocol tcp needs a DNS name, not an IP address');
		return false;
	}

	return true;
};

const checkPorts = (written: WrittenEndpoint, place: Place): void => {
	if (isWritten(place, 'port') && isWritten(place, 'ports')) {
		const message = 'port and ports are mutually exclusive; use ports for multiple ports';
		complain(below(place, 'ports'), 'ConflictingPorts', message);
		return;
	}

	const isReadable = !isWritten(place, 'ports') || written.ports !== undefined;
	if (!written.port && !written.ports?.length && isReadable) {
		const message = 'endpoint.port or endpoint.ports is required';
		complain(below(place, 'port'), 'MissingEndpointPort', message);
	}
};

const checkAllowedIps = (written: WrittenEndpoint, place: Place): void => {
	for (const [index, text] of (written.allowed_ips ?? []).entries()) {
		const range = parseAddressRange(text);
		const shown = clean(text, 64);
		if (!range.ok) {
			complain(below(place, index), 'InvalidAllowedIp', `'${shown}': ${range.error}`);
		} else if (reachesAlwaysBlocked(range.value)) {
			const message = `'${shown}' reaches an always-blocked range, so the whole list will be refused at run time`;
			warn(below(place, index), 'AlwaysBlockedAllowedIp', message);
		}
	}
};

const checkTls = (written: WrittenEndpoint, place: Place): void => {
	if (written.tls === 'terminate' || written.tls === 'passthrough') {
		warn(place, 'DeprecatedTls', `tls: ${written.tls} means automatic; leave it out`);
	}

	if (written.tls === 'skip' && written.protocol && written.protocol !== 'tcp') {
		const message = `tls: skip has no effect where protocol ${clean(written.protocol, 32)} is inspected`;
		warn(place, 'TlsSkipOnInspected', message);
	}
};

const signings = ['', 'sigv4', 'sigv4:body', 'sigv4:no_body'];

const checkSigning = (written: WrittenEndpoint, place: Place): void => {
	const {credential_signing: signing = ''} = written;
	const at = below(place, 'credential_signing');
	if (!signings.includes(signing)) {
		const message = `unknown signing '${clean(signing, 32)}'; expected sigv4, sigv4:body or sigv4:no_body`;
		complain(at, 'UnknownCredentialSigning', message);
		return;
	}

	if (signing !== '' && !written.signing_service) {
		complain(at, 'MissingSigningService', 'credential_signing needs a signing_service, such as s3');
	}

	if (signing !== '' && written.request_body_credential_rewrite) {
		const message = 'credential_signing and request_body_credential_rewrite exclude each other';
		complain(at, 'CredentialSigningWithBodyRewrite', message);
	}
};
