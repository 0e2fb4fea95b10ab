import type {RequestListener} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';
import {createAuthority} from '../../proxy/authority.ts';

export type Upstream = {
	readonly port: number;
	/** PEM of the authority to trust. */
	readonly authority: string;
};

/** An HTTPS server on loopback that has a certificate for any name. */
export async function startUpstream(
	t: ExecutionContext,
	answer: RequestListener,
): Promise<Upstream> {
	const authority = createAuthority({name: 'upstream', now: Date.now, capacity: 4});
	const server = createServer(
		{SNICallback: (name, done) => done(null, authority.contextFor(name))},
		answer,
	);
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return {port: (server.address() as AddressInfo).port, authority: authority.caPem};
}
