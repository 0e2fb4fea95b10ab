/** Endpoints × ports of one policy: what the index holds. Beyond it the policy is refused. */
export const maxPlaces = 20_000;
/** Endpoints that answer for one host and port: a decision may have to ask each. Beyond it the policy is refused. */
export const maxEndpointsPerPlace = 512;
/** Endpoints whose host is a pattern, on one port: each new name may be asked of each. Beyond it the policy is refused. */
export const maxPatternsPerPort = 2000;
/** Allow and deny rules of one endpoint, which are tried in order. Beyond it the policy is refused. */
export const maxClausesPerEndpoint = 1000;
/** Binaries of one rule. Beyond it the policy is refused. */
export const maxBinariesPerRule = 256;
