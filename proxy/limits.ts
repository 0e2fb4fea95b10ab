const second = 1000;
const minute = 60 * second;

/**
Every bound of the engine and the relay, with its reason and what happens there. Tests pass
smaller ones; nothing else changes them.
*/
export const engineLimits = {
	/** Contract §1.6: the head of a request to the explicit listener. Above: 431, closed. */
	proxyHeadBytes: 8 * 1024,
	/** Contract §1.6: the head of a request inside a tunnel. Above: 431, closed. */
	requestHeadBytes: 16 * 1024,
	/** A slow head holds a socket and nothing else; thirty seconds cover a loaded machine. Above: 408, closed. */
	headMs: 30 * second,
	/** How often Node looks for slow heads; the worst case adds one period to `headMs`. */
	headCheckMs: 5 * second,
	/** Longer than clients keep an idle connection, so that they close first and no request races the close. */
	keepAliveMs: 75 * second,
	/** A client that said CONNECT speaks at once; pools that connect ahead get this long. Above: closed. */
	firstBytesMs: 30 * second,
	/** A ClientHello with post-quantum keys and many extensions is 2 KiB; OpenSSL's own bound is 128 KiB. Above: unparsable. */
	clientHelloBytes: 16 * 1024,
	/** From the hello to the end of the handshake with a client. Above: closed. */
	handshakeMs: 30 * second,
	/** One address: TCP and TLS each. A dead address must leave time for the next. Above: the next address, then 504. */
	connectMs: 10 * second,
	/** Names with more addresses than this exist; ten seconds each is already more than clients wait. The rest are not tried. */
	dialAddresses: 6,
	/** A completion that is not streamed can think for minutes without a byte. Above: 504, or the body is cut. */
	upstreamIdleMs: 10 * minute,
	/** Longer than `upstreamIdleMs`, so that the client reads why. Above: closed. */
	clientIdleMs: 11 * minute,
	/** Shells and database sessions sit still for long. Above: both ends are closed. */
	tunnelIdleMs: 60 * minute,
	/** After one side of a tunnel ended, how long the other may stay silent. Above: both ends are closed. */
	halfClosedIdleMs: 2 * minute,
	/** A refused client may still be sending; closing at once would reset the answer away. Above: closed. */
	lingerMs: 2 * second,
	/** How much of a refused body is read and thrown away while it lingers. Above: closed. */
	lingerBytes: 1024 * 1024,
	/** One agent with its tools opens tens of connections; sockets are the scarce thing. Above: 503. Above twice this: closed unread. */
	connections: 1024,
	/** Idle upstream connections kept for reuse, all places together. Above: closed after their answer. */
	idleUpstreams: 256,
	/** Below the 60 seconds after which common servers close. Above: closed. */
	idleUpstreamMs: 50 * second,
	/** 15 KiB each; an agent that names more hosts pays one signature for each. Above: the least recently used goes. */
	certificates: 512,
} as const;

export type EngineLimits = {readonly [Name in keyof typeof engineLimits]: number};

const hour = 60 * minute;
const day = 24 * hour;

/** Lifetimes of what the sandbox's own authority signs, in milliseconds. */
export const authorityLimits = {
	/** Clients with a clock that is behind must not see a certificate from the future. */
	backdateMs: hour,
	/** The authority dies with the proxy's process; a month bounds a copy of `ca.pem` left in a trust store. */
	authorityMs: 30 * day,
	/** Never on disk, made on demand: a week is far more than a connection lives. */
	leafMs: 7 * day,
	/** A cached leaf this near its end is made anew. */
	renewBeforeMs: day,
} as const;
