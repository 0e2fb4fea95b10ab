/** A sandbox's certificate; renewed at half life, so a stolen key is of use for a day at most. */
export const clientCertificateMs = 24 * 60 * 60 * 1000;

/** The gateway's own authority outlives every sandbox; a new one would cut them all off. */
export const authorityMs = 10 * 365 * 24 * 60 * 60 * 1000;

/** Made anew at each start and never stored; longer than a gateway runs. */
export const serverCertificateMs = 397 * 24 * 60 * 60 * 1000;

/** Certificates start in the past, so that clocks a little apart still agree. */
export const backdateMs = 60 * 60 * 1000;

/** Bundles of one sandbox that wait for a person. More cannot be read by one: the next is told 429. */
export const maxUndecidedBundles = 50;

/** Operations in one bundle: what a person can still read as one proposal. Beyond is 422. */
export const maxOperations = 20;

/** Denial records that come with one submission. The rest is cut: they are for reading. */
export const maxCitedDenials = 20;

/** Denial rows in one batch of the proxy; a longer batch is 400 and must be split. SQLite takes no more in one statement. */
export const maxDenialBatch = 500;

/** Characters of a text that an agent or a proxy wrote, once cleaned; the rest is cut. */
export const maxTextLength = 2000;

/** How long a ruling waits for the activation before it (decision 30). */
export const activationWaitMs = 5000;

/** Bundles in one list, newest first: what a client still reads within its answer bound. */
export const maxListedBundles = 200;

/** Bytes of a policy text. The body bound of the server is the outer one. */
export const maxPolicyLength = 192 * 1024;
