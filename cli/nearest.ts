import {nearestWord} from '../policies/model/parse/nearest.ts';

/** The known word that was most likely meant: the nearest, else the one that begins so. */
export const nearest = (typed: string, known: readonly string[]): string | undefined =>
	nearestWord(typed, known) ?? known.find(word => word.startsWith(typed));
