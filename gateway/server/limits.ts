/** The largest body is a policy text or a batch of denials. Beyond it: 413, and the connection closes. */
export const maxBodyBytes = 256 * 1024;

/** Levels of lists and objects in a body: an operation needs twelve, and deeper ones exhaust the stack of whoever writes them. Beyond: 400. */
export const maxDepth = 64;

/** A body that has not arrived by then is stalled: 408, and the connection closes. */
export const bodyTimeoutMs = 10_000;

/** The same for a head and for a TLS handshake; Node closes such a connection itself. */
export const headTimeoutMs = 10_000;

/** Longer than any client of ours keeps an idle connection, so that the client closes first. */
export const keepAliveMs = 65_000;

/** Connections to each listener; more are not accepted, so that one peer cannot take every descriptor. */
export const maxConnections = 512;

/** Event streams of reviewers; a desk needs one. Beyond: 429. */
export const maxReviewerFeeds = 64;

/** A reader that takes no bytes for so long is gone; it resumes by its cursor. */
export const slowReaderMs = 30_000;

/** How long after the last sandbox and reviewer the gateway may end itself. */
export const idleAfterMs = 10 * 60 * 1000;

/** Requests of one sandbox a second, and how many it may save up (X33). Beyond: 429. */
export const sandboxRate = {perSecond: 20, burst: 100} as const;

/** Submissions of one sandbox a minute: each costs a merge, a compile and soon a proof (X33). */
export const submissionRate = {perSecond: 0.5, burst: 30} as const;

/** An `Idempotency-Key`, as printable ASCII. */
export const maxKeyLength = 128;

/** What runs when the gateway closes may finish for so long; then its connection is cut. */
export const closeGraceMs = 3000;

/** How often the exporter is woken although nothing was committed (a full disk may have room again), and old events are forgotten. */
export const upkeepMs = 60_000;
