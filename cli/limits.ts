/** Configuration, policy and plugin files larger than this are refused: nobody writes 1 MiB by hand. */
export const maxFileBytes = 1_048_576;

/** One line of a batch of questions, in characters; a longer one is answered with an error. */
export const maxBatchLineLength = 1_500_000;

/** Compiled policies kept during a batch; beyond it all are forgotten and compiled again when asked. */
export const maxKnownPolicies = 64;

/** A Unix socket's path must fit `sun_path` (108 bytes with its end) on Linux. */
export const maxSocketPathBytes = 107;

/** How long a ruling waits for the sandbox to load its revision, in milliseconds; then exit 124. */
export const activationWaitMs = 10_000;

/** A token seen in `rule show` may approve for this long (milliseconds); later it must be shown again. */
export const seenForMs = 15 * 60_000;

/** A gateway or proxy that has not said it is ready by then has failed to start. Milliseconds. */
export const startWaitMs = 20_000;

/** After SIGTERM a process of ours may finish what it is doing for this long, then it is killed. Milliseconds. */
export const stopWaitMs = 5_000;

/** Between two looks at a gateway that starts or stops, in milliseconds: quick for a person, idle for the machine. */
export const lookEveryMs = 50;
