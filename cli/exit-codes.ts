/** What a script may rely on (docs: README, "Exit codes"). `run` gives the command's own code. */
export const exitCodes = {
	done: 0,
	failed: 1,
	usage: 2,
	/** `policy explain`: the answer is deny. */
	denied: 3,
	/** What was reviewed has changed since. */
	stale: 4,
	gatewayUnreachable: 5,
	timedOut: 124,
	/** `run` failed before the command started. */
	notStarted: 125,
} as const;

export type ExitCode = number;
