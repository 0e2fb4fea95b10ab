import {hostPort, parseHost} from '../../policies/model/host.ts';
import type {Host} from '../../policies/model/names.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';

/** Where a client wants to go. */
export type Place = {readonly host: Host; readonly port: number};

/**
`host`, `host:port` or `[v6]:port` (RFC 9110 §4.2, without userinfo) in canonical form. Without
`defaultPort` the port must be written, as in CONNECT (RFC 9112 §3.2.3); one padded with zeros is
read by no two servers alike and is refused. The error says what to send instead.
*/
export const parseAuthority = (text: string, defaultPort?: number): Result<Place, string> => {
	const parts = shape.exec(text)?.groups;
	if (parts === undefined) {
		return err(
			'the authority is not host:port; IPv6 goes in brackets, a user name does not belong',
		);
	}

	const host = parseHost(parts['host'] ?? '');
	if (!host.ok) {
		return err(host.error);
	}

	const port = parts['port'] === undefined ? defaultPort : Number(parts['port']);
	return port === undefined || !(port >= 1 && port <= 65_535)
		? err('the port must be written and be 1 to 65535')
		: ok({host: host.value, port});
};

/** The authority of a place as it goes upstream: without the port that its scheme implies. */
export const printAuthority = ({host, port}: Place, scheme: 'http' | 'https'): string =>
	hostPort(host, port).slice(0, port === defaultPorts[scheme] ? -`:${port}`.length : undefined);

export const defaultPorts = {http: 80, https: 443} as const;

const shape = /^(?<host>\[[0-9A-Fa-f:.]+\]|[^:@/?#\\\s[\]]+)(?::(?<port>[1-9]\d{0,4}))?$/;
