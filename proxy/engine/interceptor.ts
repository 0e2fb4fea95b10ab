import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import {type ErrorCallback, type IContext, Proxy as MitmProxy} from 'http-mitm-proxy';

/** Where everything that is intercepted goes. */
export type Door = {
	tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	exchange(context: Intercepted): void;
};

/** The part of the package's context object that we fill. */
export type Intercepted = Pick<IContext, 'clientToProxyRequest' | 'proxyToClientResponse'>;

/**
http-mitm-proxy's `Proxy` as the entrance, never as the engine: it does not listen, and what is
intercepted runs our one hook of each kind and goes no further. Its own pipeline, certificate
files and websocket path would be ways past the gate, so each of them throws.
*/
export class Interceptor extends MitmProxy {
	constructor(door: Door) {
		super();
		this.options = {};
		this.keepAlive = true;
		this.timeout = 0;
		this.sslServers = Object.create(null);
		this.sslSemaphores = Object.create(null);
		this.connectRequests = Object.create(null);
		this.onConnect((request, socket, head) => door.tunnel(request, socket, head));
		this.onRequest(context => door.exchange(context));
	}

	override _onHttpServerConnect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		for (const hook of this.onConnectHandlers) {
			hook(request, socket, head, nothingFollows);
		}
	}

	override _onHttpServerRequest(
		isSSL: boolean,
		clientToProxyRequest: IncomingMessage,
		proxyToClientResponse: ServerResponse,
	): void {
		const context = {isSSL, clientToProxyRequest, proxyToClientResponse};

		for (const hook of this.onRequestHandlers) {
			hook(context as IContext, nothingFollows);
		}
	}

	override listen(): never {
		throw closedWay('listen');
	}

	override close(): this {
		return this;
	}

	override _createHttpsServer(): never {
		throw closedWay('_createHttpsServer');
	}

	override _onHttpServerConnectData(): never {
		throw closedWay('_onHttpServerConnectData');
	}

	override onCertificateRequired(): never {
		throw closedWay('onCertificateRequired');
	}

	override onCertificateMissing(): never {
		throw closedWay('onCertificateMissing');
	}

	override _onWebSocketServerConnect(): never {
		throw closedWay('_onWebSocketServerConnect');
	}

	/** The package's own prints to the console and answers with the error's text. */
	override _onError(kind: string): never {
		throw closedWay(`_onError ${kind}`);
	}
}

const closedWay = (name: string) => new Error(`http-mitm-proxy's ${name} must never run`);

/** The package calls back to go on into its own pipeline; our hooks end the walk. */
const nothingFollows: ErrorCallback = () => {
	throw closedWay('pipeline');
};
