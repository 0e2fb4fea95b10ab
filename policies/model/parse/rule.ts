import {clean} from '../clean.ts';
import type {Binary, Endpoint, Example, NetworkRule} from '../policy.ts';
import {endpoint} from './endpoint.ts';
import {globText} from './glob-text.ts';
import {maxNameLength} from './limits.ts';
import {below, complain, isWritten, type Place} from './place.ts';
import {
	anything,
	list,
	namedMap,
	optional,
	type Reader,
	record,
	required,
	text,
	wholeNumber,
} from './readers.ts';

/** One rule of `network_policies`; its name is its key unless it has one of its own. */
export const networkRule = (place: Place, key: string): NetworkRule | undefined => {
	const written = writtenRule(place);
	if (!written) {
		return undefined;
	}

	if (written.name !== undefined) {
		checkName(written.name, below(place, 'name'));
	}

	if (!isWritten(place, 'endpoints')) {
		complain(below(place, 'endpoints'), 'MissingEndpoints', noEndpoints);
	}

	if (!isWritten(place, 'binaries')) {
		complain(below(place, 'binaries'), 'MissingBinaries', noBinaries);
	}

	return {
		name: written.name ?? key,
		endpoints: written.endpoints ?? [],
		binaries: uniquePaths(written.binaries ?? []),
		match: written.match ?? [],
		not_match: written.not_match ?? [],
	};
};

/** Keys and names are shown, sent in a header and written to logs: no control or invisible character. */
export const checkName = (name: string, place: Place): void => {
	if (name.trim() === '' || [...name].length > maxNameLength || clean(name) !== name) {
		const message = `a rule name is 1 to ${maxNameLength} visible characters`;
		complain(place, 'InvalidRuleName', message);
	} else if (name.startsWith('_provider_')) {
		complain(place, 'ReservedRuleName', "rule names starting '_provider_' are reserved");
	}
};

const noEndpoints = 'rule.endpoints must contain at least one endpoint';
const noBinaries = 'binaries must name at least one program; /** means any binary';

type WrittenBinary = Binary & {readonly harness?: unknown};

/** contract 1.1: `harness` is accepted, ignored and never written back. */
const binary: Reader<Binary> = place => {
	const written = record<WrittenBinary>({
		path: required(globText('path')),
		harness: optional(anything),
	})(place);
	if (written && !/^(?:\/|\*\*|\{)/.test(written.path)) {
		const message = 'a binary is an absolute path, or a pattern of one';
		complain(below(place, 'path'), 'RelativePath', message);
	}

	if (written && clean(written.path) !== written.path) {
		complain(
			below(place, 'path'),
			'HiddenCharacter',
			'a binary path has no control or invisible characters',
		);
	}

	if (written && /(?:^|\/)\.\.?(?:\/|$)/.test(written.path)) {
		const message = 'a binary path has no . and .. parts: it would match no program';
		complain(below(place, 'path'), 'PathTraversal', message);
	}

	return written && {path: written.path};
};

const uniquePaths = (binaries: readonly Binary[]): readonly Binary[] =>
	[...new Set(binaries.map(({path}) => path))].map(path => ({path}));

const example: Reader<Example> = place => {
	const {query, ...rest} =
		record<Omit<Example, 'query'> & {query?: ReadonlyMap<string, readonly string[]>}>({
			binary: optional(text),
			host: optional(text),
			port: optional(wholeNumber(1, 65_535)),
			method: optional(text),
			path: optional(text),
			query: optional(namedMap(list(text))),
		})(place) ?? {};
	return query === undefined ? rest : {...rest, query: Object.fromEntries(query)};
};

type WrittenRule = {
	readonly name?: string;
	readonly endpoints?: readonly Endpoint[];
	readonly binaries?: readonly Binary[];
	readonly match?: readonly Example[];
	readonly not_match?: readonly Example[];
};

const writtenRule: Reader<WrittenRule> = record<WrittenRule>({
	name: optional(text),
	endpoints: optional(list(endpoint, noEndpoints)),
	binaries: optional(list(binary, noBinaries)),
	match: optional(list(example)),
	not_match: optional(list(example)),
});
