/** Code points of a pattern with wildcards: the prover's work grows with it (prover.md 4.5). */
export const maxPatternLength = 256;
/** Code points of a pattern that is only text: as long as the longest canonical path. */
export const maxLiteralLength = 4096;
/** Runs (`*`, `**`) in a pattern: each multiplies what a proof must tell apart. */
export const maxStars = 8;
/** `?` and `[..]` in a row after a run: `*a????????????` needs 2 to the power of their number in states. */
export const maxSinglesAfterStar = 12;
/** Code points named by one `[..]`, before negation. */
export const maxClassSize = 2000;
/** `{..}` inside `{..}`. */
export const maxChoiceDepth = 4;
/** Compiled patterns kept for callers that hold only text; at the bound all are dropped. */
export const maxCachedMatchers = 1024;
