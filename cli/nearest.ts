/** The known word closest to what was typed, or undefined where none is close enough to be meant. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
	const reach = Math.max(1, Math.floor(typed.length / 3));
	return known
		.map(word => ({word, distance: word.startsWith(typed) ? 0 : distance(typed, word)}))
		.filter(candidate => candidate.distance <= reach)
		.sort((one, other) => one.distance - other.distance)
		.at(0)?.word;
}

/** Levenshtein's edit distance, one row at a time. */
function distance(one: string, other: string): number {
	let row = Array.from({length: other.length + 1}, (_, index) => index);
	for (const [index, letter] of [...one].entries()) {
		const next = [index + 1];
		for (const [column, wanted] of [...other].entries()) {
			const change = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
			next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
		}

		row = next;
	}

	return row.at(-1) ?? 0;
}
