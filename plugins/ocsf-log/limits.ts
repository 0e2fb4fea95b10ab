/** Bytes that may wait for the disk. Beyond it telemetry is dropped and counted, and commits are refused: the proxy's memory is not the log's spare disk. */
export const maxQueuedBytes = 8 * 1024 * 1024;

/** Milliseconds between two attempts to write to a disk that refused: soon enough to notice freed space, rare enough to cost nothing. */
export const retryMs = 1000;

/** Milliseconds for which a commit waits on a refusing disk before it fails: its caller holds back an effect. */
export const stallMs = 2000;

/** Daily files kept, this day's included (contract §7.4). */
export const keptFiles = 3;

/**
Bytes one day's record may take. Rotating by size would let whoever makes denials rotate the
evidence away, so at the bound telemetry stops, the log calls itself unwritable, and the proxy
lets nothing new through until the next day (UTC). An allowed request is up to 6 KiB of record
(opened, answered, closed), so a busy day of 40,000 is 240 MiB: eight of those fit, and who has
so much to say is no developer at work any more. A disk that is full before has the same effect.
*/
export const dayBudgetBytes = 2 * 1024 * 1024 * 1024;

/** Bytes beyond the budget kept free for commits: starts, stops, policies and reports of loss are never shed for telemetry. */
export const commitReserveBytes = 16 * 1024 * 1024;

/** Bytes at the end of a record that are searched for the last boot: thousands of lines, read once at start. */
export const tailBytes = 1024 * 1024;

/** Newest shorthand files that are read for an agent (contract §3.6). */
export const readFiles = 2;

/** Bytes read from the end of one shorthand file for one question: ten days of an ordinary sandbox, a tenth of a second of work. */
export const maxReadBytes = 16 * 1024 * 1024;

/** Bytes read at once when a file is read from its end. */
export const chunkBytes = 64 * 1024;

/** The same refusal is written so often in one window; further ones are counted. Nobody reads the twenty-first. */
export const maxSameDenials = 20;

/** Milliseconds after which a refusal is written again. */
export const repeatWindowMs = 10_000;

/** Different refusals that are told apart at once; beyond that they are written like any other. */
export const maxRepeatKeys = 1024;

/** What one log may take; a gateway keeps its rulings longer than a sandbox its traffic. */
export type WriterLimits = {
	readonly queuedBytes: number;
	readonly dayBytes: number;
	readonly reserveBytes: number;
	readonly keptFiles: number;
};

export const ordinaryLimits: WriterLimits = {
	queuedBytes: maxQueuedBytes,
	dayBytes: dayBudgetBytes,
	reserveBytes: commitReserveBytes,
	keptFiles,
};

/** Days of a gateway's rulings that are kept: they are few, and asked about long after. */
export const keptRulingFiles = 90;
