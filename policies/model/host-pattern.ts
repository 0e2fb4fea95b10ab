import {asciiLower} from './ascii.ts';
import type {Glob} from './glob/ast.ts';
import {compileGlob, intersects, type Matcher} from './glob/compile.ts';
import {maxCachedMatchers} from './glob/limits.ts';
import {parseGlob} from './glob/parse.ts';
import {parseHost} from './host.ts';
import type {Host} from './names.ts';
import {err, ok, type Result} from './result.ts';

export type HostPatternError = {
	readonly kind: 'TldWildcard' | 'InvalidHostWildcard' | 'InvalidHost';
	readonly message: string;
};

/**
A host, or a pattern of hosts, as a policy writes it; returns the canonical text that `Endpoint.host`
holds. Wildcards as contract 1.4: `*` within the first label or as a whole middle label, `**` as
the whole first label; never all hosts and never a whole top-level domain.
*/
export const parseHostPattern = (text: string): Result<Host, HostPatternError> => {
	const lower = asciiLower(text);
	if (!lower.includes('*')) {
		const host = parseHost(text);
		return host.ok ? host : err({kind: 'InvalidHost', message: host.error});
	}

	const labels = (lower.endsWith('.') ? lower.slice(0, -1) : lower).split('.');
	const shape = shapeError(labels);
	return shape ? err(shape) : canonicalPattern(labels);
};

/** What an endpoint's `host` matches, compiled; an empty one (only with `allowed_ips`) is any host. */
export const compileHostPattern = (pattern: Host | ''): Matcher => compileGlob(hostGlob(pattern));

/** Asked seldom, by text; where the same pattern is asked often, compile it. */
export const hostMatches = (pattern: Host | '', host: Host): boolean =>
	entryOf(pattern).matcher.test(host);

/** True when some host matches both: endpoint ambiguity, the prover and credential binding all ask here. */
export const hostPatternsOverlap = (a: Host | '', b: Host | ''): boolean =>
	intersects(hostGlob(a), hostGlob(b));

/** The pattern's syntax tree, for the prover. Throws on a text that `parseHostPattern` did not return. */
const hostGlob = (pattern: Host | ''): Glob => entryOf(pattern).glob;

const invalid = (message: string): HostPatternError => ({kind: 'InvalidHostWildcard', message});

const shapeError = (labels: readonly string[]): HostPatternError | undefined => {
	const [first = '', ...rest] = labels;
	const last = rest.at(-1);
	if (last === undefined) {
		return invalid('a wildcard for every host is not allowed; name the hosts');
	}

	if (labels.length === 2 && first.includes('*')) {
		return {
			kind: 'TldWildcard',
			message: `a wildcard for all of .${last} is not allowed; name the domain, as in *.example.${last}`,
		};
	}

	if (last.includes('*')) {
		return invalid('the last label of a host cannot be a wildcard');
	}

	if (first !== '**' && first.includes('**')) {
		return invalid('** must be the whole first label, as in **.example.com');
	}

	return rest.every(label => label === '*' || !label.includes('*'))
		? undefined
		: invalid('after the first label only a whole * may stand, as in *.s3.*.example.com');
};

/** With a letter in place of every star it must be an ordinary name, and come back the same. */
const canonicalPattern = (labels: readonly string[]): Result<Host, HostPatternError> => {
	const sample = parseHost(labels.map(label => label.replaceAll(/\*+/g, 'w')).join('.'));
	if (!sample.ok) {
		return err({kind: 'InvalidHost', message: sample.error});
	}

	const canonical = sample.value.split('.');
	return ok(
		labels
			.map((label, index) => (label.includes('*') ? label : canonical[index]))
			.join('.') as Host,
	);
};

const anyHost: Glob = {dialect: 'host', text: '', nodes: [{kind: 'anything'}]};

type Entry = {readonly glob: Glob; readonly matcher: Matcher};

const entries = new Map<string, Entry>();

const entryOf = (pattern: Host | ''): Entry => {
	const cached = entries.get(pattern);
	if (cached) {
		return cached;
	}

	if (entries.size >= maxCachedMatchers) {
		entries.clear();
	}

	const glob = globOf(pattern);
	const entry = {glob, matcher: compileGlob(glob)};
	entries.set(pattern, entry);
	return entry;
};

const globOf = (pattern: Host | ''): Glob => {
	if (pattern === '') {
		return anyHost;
	}

	const glob = parseGlob(pattern, 'host');
	if (!glob.ok) {
		throw new TypeError(`not a host pattern: ${glob.error.message}`);
	}

	return glob.value;
};
