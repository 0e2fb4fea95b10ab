import type {Dialect} from '../glob/ast.ts';
import {parseGlob} from '../glob/parse.ts';
import {below, complain, type Place} from './place.ts';
import {list, namedMap, type Reader, text, unread} from './readers.ts';

/** A pattern of a dialect, kept as written once it is known to compile. */
export const globText =
	(dialect: Dialect): Reader<string> =>
	place => {
		const pattern = text(place);
		const glob = pattern === undefined ? undefined : parseGlob(pattern, dialect);
		if (glob && !glob.ok) {
			unread(place, glob.error.kind, `not a valid pattern: ${glob.error.message}`);
			return undefined;
		}

		return pattern;
	};

/** `glob`, `{glob: ..}` or `{any: [glob, ..]}`: the patterns of which one must match a value. */
const alternatives: Reader<readonly string[]> = place => {
	const {node} = place;
	if (node.kind !== 'mapping') {
		const one = globText('value')(place);
		return one === undefined ? undefined : [one];
	}

	const keys = [...node.entries.keys()];
	if (keys.some(key => key !== 'any' && key !== 'glob')) {
		complain(place, 'InvalidMatcher', "unknown matcher keys; only 'glob' or 'any' are supported");
		return undefined;
	}

	if (keys.length !== 1) {
		complain(place, 'InvalidMatcher', "write either 'glob' or 'any', not both and not neither");
		return undefined;
	}

	return keys[0] === 'glob' ? single(place) : anyOf(place);
};

/** Parameter names to the patterns of their values. */
export const alternativesByName = namedMap(alternatives);

const single = (place: Place) => {
	const one = globText('value')(below(place, 'glob'));
	return one === undefined ? undefined : [one];
};

const anyOf = (place: Place) => {
	const all = list(globText('value'), 'any list cannot be empty')(below(place, 'any'));
	return all === undefined ? undefined : [...new Set(all)];
};
