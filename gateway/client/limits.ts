/** One answer, at most. The largest is a list of chunks; a longer one is cut and counts as unreachable. */
export const maxAnswerBytes = 8 * 1024 * 1024;

/** From sending a request to the end of its answer. A ruling may wait 5 s for an activation first. */
export const requestTimeoutMs = 15_000;

/** The feed is silent for at most one heartbeat; three missed ones mean that the peer is dead. */
export const feedSilenceMs = 45_000;

/** How often the gateway writes a comment into a silent feed. */
export const feedHeartbeatMs = 15_000;

/** One event is a few ids; a longer line is not ours and ends the stream. */
export const maxEventBytes = 64 * 1024;

/** First pause after a lost feed; doubles, with jitter, up to the longest. */
export const feedFirstPauseMs = 200;
export const feedLongestPauseMs = 10_000;
