import {type GatewayClient, makeGatewayClient} from '../../gateway/client/client.ts';
import type {GatewayIdentity} from '../../proxy/options.ts';
import {readIdentity, writeIdentity} from '../identity.ts';
import type {SandboxPlaces} from '../places.ts';

/** The gateway as this sandbox sees it: mutual TLS with the identity it was given (wire.md §5). */
export async function sandboxGateway(
	url: URL,
	{identity: folder}: SandboxPlaces,
): Promise<{readonly gateway: GatewayClient; readonly identity: GatewayIdentity}> {
	const {certificate, key, ca} = await readIdentity(folder);
	return {
		gateway: makeGatewayClient({kind: 'tls', url: url.origin, ca, certificate, key}),
		identity: {certificate, keep: renewed => writeIdentity(folder, renewed)},
	};
}
