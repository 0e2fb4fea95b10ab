import type {GatewayClient} from '../gateway/client/client.ts';
import type {Call} from './command.ts';
import {asReviewer} from './reviewer.ts';
import {isAnswering, readGatewayPlace, startDetachedGateway} from './start-gateway.ts';

/**
Does something as a reviewer, of a gateway that is started again where it was killed: one that ended
by itself takes its `gateway.json` away, and then there is nothing to go on with.
*/
export async function reviewing<T>(
	call: Pick<Call, 'config' | 'output'>,
	work: (client: GatewayClient) => Promise<T>,
): Promise<T> {
	const {config, output} = call;
	const wasKilled =
		config.gateway === undefined &&
		(await readGatewayPlace(config)) !== undefined &&
		!(await isAnswering(config));
	if (wasKilled) {
		const pid = await startDetachedGateway(config);
		output.progress(`The gateway had been killed; it runs again (pid ${pid}).`);
	}

	return asReviewer(config, work);
}
