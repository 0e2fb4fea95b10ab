/** How long one unit of work may wait for the connection; then it fails and the caller answers 503. */
export const connectionWaitMs = 5000;

/** Units waiting for the one connection. More means that the disk is stuck: fail fast instead of piling up. */
export const maxQueuedUnits = 1000;

/** Denial rows of one sandbox: older ones are dropped when new ones arrive (wire.md §7). */
export const denialMaxAgeMs = 14 * 24 * 60 * 60 * 1000;
export const denialMaxRows = 10_000;

/** Events kept for readers that resume. A reader further behind is told to start over. */
export const eventMaxRows = 100_000;

/** Rows one reader takes at a time, so that no reader makes the gateway hold the whole log. */
export const eventBatch = 256;

/** Closed bundles of one sandbox on which nobody ruled (refused, covered, superseded): the oldest are forgotten. */
export const unruledMaxBundles = 200;

/** Answers kept for a repeated `Idempotency-Key`: a day is longer than any retry. */
export const answerMaxAgeMs = 24 * 60 * 60 * 1000;
/** Answers kept for one caller; the oldest are forgotten first. */
export const answerMaxRows = 500;
