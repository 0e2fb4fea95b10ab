/** The gate's bounds. What happens at each is said beside it; none of them ever lets something through. */

/** Denials remembered for `policy.local` (decision 19); the oldest is forgotten. */
export const denialRingSize = 1000;

/** A name must resolve within this time, in milliseconds, or the request is answered 502. */
export const resolveTimeoutMs = 5000;

/** Look-ups that run at once: getaddrinfo has half of libuv's four threads, more would only queue unseen. */
export const resolveConcurrency = 8;

/** Distinct names that may wait for a look-up; beyond it a name counts as unresolved. */
export const resolveQueue = 256;

/** Addresses kept of one answer: more is a broken or hostile zone; the rest is ignored. */
export const resolvedAddresses = 32;

/** An inspected connection resolves its name again after this many milliseconds; the guard is asked again then and under every new policy. */
export const destinationCacheMs = 30_000;

/** Milliseconds for which this host's interface addresses are taken as known. */
export const interfaceCacheMs = 1000;

/** Ancestors followed (contract §1.7); the chain ends there. */
export const ancestorDepth = 64;

/** A scan of /proc yields to the event loop after this many milliseconds of work. */
export const scanSliceMs = 4;

/** Lookups of callers that may wait; beyond it the caller counts as unknown, which is a denial. */
export const callerQueue = 4096;

/** Denial rows waiting for the gateway; the oldest is dropped and counted. */
export const reportQueue = 1000;

/** Denial rows of one batch; the gateway refuses larger ones. */
export const reportBatch = 100;

/** Milliseconds in which rows gather into one batch; also the pause after a failed one. */
export const reportPauseMs = 500;

/** Milliseconds before a configuration that could not be fetched, or a report that was not taken, is tried again. */
export const followPauseMs = 1000;

/** Milliseconds for which a stopping proxy waits for the gateway to take its last denials; then they are lost. */
export const reportCloseMs = 2000;

/** Characters of a refusal of a policy that are reported to the gateway; the rest is cut. */
export const loadErrorLength = 4000;

/** Milliseconds after which the wall clock is asked again whether the certificate is due. */
export const renewalLookMs = 60_000;

/** First pause after a renewal that failed; doubles, with jitter, up to the longest. Half a life is twelve hours of attempts. */
export const renewalFirstPauseMs = 1000;
export const renewalLongestPauseMs = 600_000;
