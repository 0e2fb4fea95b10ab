import {nearestWord} from '../policies/model/parse/nearest.ts';

/**
The known word that was most likely meant: the nearest, else the one that begins so, else the one with
two letters swapped.
*/
export const nearest = (typed: string, known: readonly string[]): string | undefined =>
	nearestWord(typed, known) ??
	known.find(word => word.startsWith(typed)) ??
	known.find(word => isSwapped(typed, word));

/** Two neighbours changed places: `rnu` for `run`. In a short word that counts as too many other letters. */
const isSwapped = (typed: string, word: string): boolean => {
	const at = [...word].findIndex((letter, index) => letter !== typed[index]);
	const swapped = `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;
	return at >= 0 && at + 1 < word.length && swapped === typed;
};
