import {parseHost} from '../../policies/model/host.ts';
import type {Host} from '../../policies/model/names.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';

export type Place = {readonly host: Host; readonly port: number};

/**
The authority of a CONNECT line: `host:port` or `[address]:port`, nothing else (RFC 9112
§3.2.3). Userinfo, a missing or padded port, and an unbracketed IPv6 address are errors.
*/
export const parsePlace = (text: string): Result<Place, string> => {
	const match = /^(\[[^\]@/?#\\]+\]|[^:[\]@/?#\\]+):([1-9]\d{0,4})$/.exec(text);

	if (!match) {
		return err('CONNECT takes host:port, with an IPv6 address in brackets');
	}

	const port = Number(match[2]);
	const host = parseHost(match[1] ?? '');

	if (!host.ok) {
		return host;
	}

	return port <= 65_535 ? ok({host: host.value, port}) : err('the port is above 65535');
};

/** How certificates and sockets spell a host. */
export const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '');
