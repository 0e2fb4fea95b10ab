import type {Socket} from 'node:net';
import {TLSSocket} from 'node:tls';
import {parseHost} from '../../policies/model/host.ts';
import type {Authority} from '../authority.ts';
import type {EngineLimits} from '../limits.ts';
import {codeOf} from '../relay/upstream-error.ts';

type Deps = {
	readonly authority: Authority;
	readonly limits: Pick<EngineLimits, 'handshakeMs'>;
};

/** The tunnel's host, and the name in the client's hello (empty: none). */
type Expected = {readonly host: string; readonly servername: string};

/**
Ends TLS with a client under a certificate of its sandbox's authority, HTTP/1 only. Resolves
to the text of what went wrong when there is no session: the client does not trust us, or left.

The hello was read before, so the certificate is chosen here and not in an SNI callback, which
a resumed TLS 1.2 session skips. Each host has a context, hence ticket keys, of its own: a
session of one host cannot be resumed for another.
*/
export const shakeHands = (
	socket: Socket,
	{host, servername}: Expected,
	{authority, limits}: Deps,
): Promise<TLSSocket | string> =>
	new Promise(resolve => {
		const named = parseHost(servername);
		const secured = new TLSSocket(socket, {
			isServer: true,
			secureContext: authority.contextFor(named.ok ? named.value : host),
			ALPNProtocols: [...spoken],
		});
		const timer = setTimeout(() => fail('the handshake took too long'), limits.handshakeMs);
		const fail = (reason: string) => {
			clearTimeout(timer);
			secured.destroy();
			socket.destroy();
			resolve(reason);
		};
		secured.on('error', error => fail(codeOf(error)));
		const leave = () => fail('the client closed during the handshake');
		// Half-open as its socket is, it would outlive a client that only ended.
		secured.once('close', leave).once('end', leave);
		secured.once('secure', () => {
			clearTimeout(timer);
			secured.off('end', leave);

			if (secured.alpnProtocol === false || spoken.has(secured.alpnProtocol ?? '')) {
				socket.once('close', () => secured.destroy());
				resolve(secured);
			} else {
				fail('the client speaks no HTTP/1');
			}
		});
	});

/** In the order of our preference: some clients that want 1.0 offer nothing else (`curl -0`). */
const spoken: ReadonlySet<string> = new Set(['http/1.1', 'http/1.0']);
