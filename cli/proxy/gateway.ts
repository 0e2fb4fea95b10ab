import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {type GatewayClient, makeGatewayClient} from '../../gateway/client/client.ts';
import {Failure, messageOf} from '../failure.ts';
import type {SandboxPlaces} from '../places.ts';

/** The gateway as this sandbox sees it: mutual TLS with the identity it was given (wire.md §5). */
export async function sandboxClient(url: URL, places: SandboxPlaces): Promise<GatewayClient> {
	const read = (file: string): Promise<string> =>
		readFile(path.join(places.identity, file), 'utf8').catch(error => {
			throw new Failure(
				`This sandbox has no identity (${messageOf(error)}). openshell run gives it one.`,
			);
		});
	return makeGatewayClient({
		kind: 'tls',
		url: url.origin,
		ca: await read('gateway-ca.pem'),
		certificate: await read('certificate.pem'),
		key: await read('key.pem'),
	});
}
