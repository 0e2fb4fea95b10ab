/** The word that was most likely meant, or undefined where none is near: at most a third of its letters differ. */
export const nearestWord = (written: string, words: Iterable<string>): string | undefined => {
	let best: string | undefined;
	let least = Number.POSITIVE_INFINITY;
	const text = written.slice(0, 64).toLowerCase();
	for (const word of words) {
		const distance = editDistance(text, word.toLowerCase());
		if (distance < least && distance <= Math.max(1, Math.floor(word.length / 3))) {
			best = word;
			least = distance;
		}
	}

	return best;
};

/** `; did you mean X?` or what the valid words are. */
export const hint = (written: string, words: readonly string[]): string => {
	const near = nearestWord(written, words);
	return near === undefined ? `; expected one of ${words.join(', ')}` : `; did you mean ${near}?`;
};

/** Insertions, deletions and replacements (Levenshtein). */
const editDistance = (a: string, b: string): number => {
	let previous = Array.from({length: b.length + 1}, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced));
		}

		previous = current;
	}

	return previous[b.length] ?? 0;
};
