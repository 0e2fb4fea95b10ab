import {isIP} from 'node:net';
import {err, ok, type Result} from '../policies/model/result.ts';

/**
`--connect-to host:port:address:port` (decision 25): for exactly this pair, dial that address.
The TLS name stays `host` and the guard is skipped. It comes from the command line only.
*/
export type ConnectTo = {
	readonly host: string;
	readonly port: number;
	readonly address: string;
	readonly dialPort: number;
	/** As given, for the record. */
	readonly text: string;
};

/** Reads one `--connect-to`; `canonicalHost` is the language's, so that both sides compare one spelling. */
export const parseConnectTo = (
	text: string,
	canonicalHost: (host: string) => string | undefined,
): Result<ConnectTo, string> => {
	const parts = shape.exec(text)?.groups;
	const host = canonicalHost(parts?.['host'] ?? '');
	const address = unbracket(parts?.['address'] ?? '');
	const port = portOf(parts?.['port']);
	const dialPort = portOf(parts?.['dialPort']);
	if (host === undefined || port === undefined || dialPort === undefined || isIP(address) === 0) {
		return err(
			`--connect-to ${JSON.stringify(text)} cannot be read; write host:port:address:port, for example api.example.com:443:127.0.0.1:8443, with an IP address (IPv6 in brackets)`,
		);
	}

	return ok({host, port, address, dialPort, text});
};

/** The override for exactly this host and port, if one was given; the first wins. */
export const findConnectTo = (
	overrides: readonly ConnectTo[],
	host: string,
	port: number,
): ConnectTo | undefined =>
	overrides.find(override => override.host === host && override.port === port);

const shape =
	/^(?<host>\[[^\]]+\]|[^:[\]]+):(?<port>\d{1,5}):(?<address>\[[^\]]+\]|[^:[\]]+):(?<dialPort>\d{1,5})$/;

const unbracket = (address: string): string => address.replace(/^\[(.*)\]$/, '$1');

const portOf = (digits: string | undefined): number | undefined => {
	const port = Number(digits);
	return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
};
