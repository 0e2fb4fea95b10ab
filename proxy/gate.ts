import type {DenialCode} from '../policies/model/codes.ts';
import type {Host} from '../policies/model/names.ts';
import type {Answer, Exchange, RequestHead, VirtualHost} from '../policies/model/plugin.ts';

/**
The border between the engine, which moves bytes, and the gate, which decides. The engine asks
for every connection and every request and does exactly what the answer says; a rejected promise
is a denial. Nothing here knows which engine carries the bytes.
*/
export type Gate = {
	/** True when the client of the explicit listener carries this sandbox's own proxy token. */
	authenticate(head: RequestHead): boolean;
	/** A CONNECT, or a captured connection. */
	admitConnection(asked: AskedConnection): Promise<ConnectionAdmission>;
	/** Every request, inside a tunnel or in absolute form. */
	admitRequest(asked: AskedRequest): Promise<RequestAdmission>;
	/** Something that cannot become an intent, or a limit that was hit: recorded, and answered. */
	refuse(refused: Refused): Answer;
};

/** A connection accepted from a client. */
export type ClientConnection = {
	readonly id: string;
	/** The client's end and ours. */
	readonly remote: SocketPlace;
	readonly local: SocketPlace;
};

export type SocketPlace = {readonly address: string; readonly port: number};

export type AskedConnection = {
	readonly connection: ClientConnection;
	readonly host: Host;
	readonly port: number;
};

export type AskedRequest = {
	readonly connection: ClientConnection;
	/** The tunnel it arrived in; absent on the plain listener. */
	readonly tunnel?: {
		readonly host: Host;
		readonly port: number;
		readonly passage: Passage;
		readonly isTls: boolean;
		/** From the client's hello, lower case; empty when it sent none. */
		readonly servername: string;
	};
	/** `head.target` as received: origin form in a tunnel, absolute form on the plain listener. */
	readonly exchange: Exchange;
};

export type ConnectionAdmission =
	/** Bytes both ways; with `peek` the client's first bytes are shown to `passage.first` before they go up. */
	| {readonly kind: 'tunnel'; readonly mode: 'raw' | 'peek'; readonly passage: Passage}
	/** TLS ends here and each request is asked for; also how a denial is delivered inside TLS. */
	| {readonly kind: 'inspect'; readonly passage: Passage}
	/** Answered at once, in place of the tunnel. */
	| {readonly kind: 'refuse'; readonly answer: Answer};

export type RequestAdmission =
	/** `head` is what goes upstream: canonical target, nothing of the proxy's own. */
	| {readonly kind: 'forward'; readonly passage: Passage; readonly head: RequestHead}
	| {readonly kind: 'serve'; readonly host: VirtualHost}
	| {readonly kind: 'refuse'; readonly answer: Answer};

/** The right to reach one place, for as long as policy gives it. */
export type Passage = {
	/** Where to dial. For an inspected connection each request brings its own. */
	readonly route: Route | undefined;
	/** Asked again before the first byte goes upstream. */
	isOpen(): boolean;
	/** `close` is called when a reload takes the passage away. */
	onRevoked(close: (cause: string) => void): void;
	/** The client's first bytes of a peeked tunnel; an answer means: refuse. */
	first(bytes: FirstBytes): Answer | undefined;
	/** The upstream's response head has arrived. */
	answered(status: number): void;
	/** It could not be carried out; the answer to give if nothing was sent yet. */
	failed(code: DenialCode, error: string): Answer;
	/** TLS with the client failed, for example because it does not trust our authority. */
	clientTlsFailed(error: string): void;
	closed(bytes: {readonly in: number; readonly out: number}, cause?: string): void;
};

export type FirstBytes =
	| {readonly kind: 'tls'; readonly servername: string; readonly hasEncryptedHello: boolean}
	| {readonly kind: 'http'}
	| {readonly kind: 'unparsable-tls'}
	| {readonly kind: 'other'};

export type Route = {
	readonly host: Host;
	readonly port: number;
	/** Decided addresses, to be tried in order; the name is never resolved again. */
	readonly addresses: readonly string[];
	/** Differs from `port` only with `--connect-to`. */
	readonly dialPort: number;
	/** TLS name; empty for an address literal. */
	readonly servername: string;
	/** Upstream connections are reused only under the same key: address, name, lineage, decision. */
	readonly poolKey: string;
};

export type Refused = {
	readonly connection: ClientConnection;
	readonly code: DenialCode;
	readonly reason: string;
	readonly host?: string;
	readonly port?: number;
	readonly method?: string;
};
