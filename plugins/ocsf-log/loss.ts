/** Lines that were dropped: how many, the first and last of their numbers, and why. */
export type Loss = {
	readonly count: number;
	readonly firstSequence: number;
	readonly lastSequence: number;
	readonly cause: string;
};

/** Nothing is lost without a number. */
export type LossCounter = {
	add(sequence: number, cause: string): void;
	/** What was lost since the last report; undefined when nothing was. */
	take(): Loss | undefined;
};

export const makeLossCounter = (): LossCounter => {
	let loss: Loss | undefined;
	return {
		add(sequence, cause) {
			loss = {
				count: (loss?.count ?? 0) + 1,
				firstSequence: loss?.firstSequence ?? sequence,
				lastSequence: sequence,
				cause: loss?.cause ?? cause,
			};
		},
		take() {
			const taken = loss;
			loss = undefined;
			return taken;
		},
	};
};
