/** Bytes of a request body (contract §3.1); a longer one is answered 413. */
export const maxBodyBytes = 65_536;

/** Milliseconds without a byte after which a body is given up with 408 (contract §3.1). */
export const bodyStallMs = 15_000;

/** Waits one sandbox may have open; the next is answered 429. Each holds a connection and two subscriptions. */
export const maxWaits = 64;

/** What `retry_after_s` says to whoever found no free wait: waits end on rulings or after minutes. */
export const waitRetrySeconds = 5;

/** Seconds of `?timeout=` (contract §3.2). */
export const waitSeconds = {least: 1, usual: 60, most: 300} as const;

/** Milliseconds that an approved chunk is still waited for after the deadline, so that its policy may load (contract §3.5). */
export const reloadFloorMs = 500;

/** Lines of `?last=` (contract §3.2). */
export const lastLines = {least: 1, usual: 10, most: 100} as const;

/** Operations in one proposal: one bundle is one ruling, and nobody rules well on more. */
export const maxOperations = 16;

/** Code points of `intent_summary`: a few sentences. */
export const maxIntent = 1000;

/** Denials one proposal may cite, and chunks it may supersede: beyond that it is not one intent. */
export const maxReferences = 32;

/** Problems named in one refusal; the first is the one to fix. */
export const maxProblems = 20;
