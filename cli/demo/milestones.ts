/** Things that happen once each, and those who wait for them. */
export type Milestones = {
	reach(name: string): void;
	/** Resolves when it has happened, or after the given time. */
	reached(name: string, withinMs: number): Promise<void>;
};

export function makeMilestones(): Milestones {
	const all = new Map<string, {readonly happened: Promise<void>; reach(): void}>();
	const milestone = (name: string) => {
		const found = all.get(name) ?? make();
		all.set(name, found);
		return found;
	};
	return {
		reach: name => milestone(name).reach(),
		async reached(name, withinMs) {
			let timer: NodeJS.Timeout | undefined;
			const tooLate = new Promise<void>(resolve => {
				timer = setTimeout(resolve, withinMs);
			});
			await Promise.race([milestone(name).happened, tooLate]);
			clearTimeout(timer);
		},
	};
}

function make() {
	let reach = (): void => undefined;
	const happened = new Promise<void>(resolve => {
		reach = resolve;
	});
	return {happened, reach};
}
