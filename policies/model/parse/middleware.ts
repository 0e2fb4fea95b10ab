import {hostPatternsOverlap, parseHostPattern} from '../host-pattern.ts';
import type {Middleware, Policy} from '../policy.ts';
import {maxMiddlewarePatterns, maxMiddlewares} from './limits.ts';
import {below, complain, type Place, warn} from './place.ts';
import {
	anything,
	list,
	namedMap,
	optional,
	type Reader,
	record,
	text,
	wholeNumber,
	word,
} from './readers.ts';

/** Middlewares by name (contract 1.1, 1.3). They are kept and checked; nothing here runs one. */
export const middlewares: Reader<ReadonlyMap<string, Middleware>> = place => {
	const all = namedMap(middleware)(place);
	if (!all) {
		return undefined;
	}

	if (all.size > maxMiddlewares) {
		complain(place, 'TooManyMiddlewareConfigs', `more than ${maxMiddlewares} middlewares`);
	}

	const orders = new Set<number>();
	for (const [key, {order}] of all) {
		if (orders.has(order)) {
			const message = `two middlewares have order ${order}; each needs its own`;
			complain(below(place, key, 'order'), 'DuplicateMiddlewareOrder', message);
		}

		orders.add(order);
	}

	return all;
};

/** A raw tunnel cannot pass through a middleware: only one that may fail open can select it. */
export const checkTlsSkip = (
	rules: Policy['network_policies'],
	all: ReadonlyMap<string, Middleware>,
	place: Place,
): void => {
	const skipped = [...rules.values()]
		.flatMap(rule => rule.endpoints)
		.filter(endpoint => endpoint.tls === 'skip');
	for (const [key, {on_error, endpoints}] of all) {
		const hit = skipped.find(({host}) => selects(endpoints, host));
		if (hit && on_error !== 'fail_open') {
			const message = `selects ${hit.host || 'any host'}, which is tls: skip, so the middleware could not run`;
			complain(below(place, key), 'MiddlewareTlsSkipConflict', message);
		}
	}
};

type Selector = Middleware['endpoints'];

/** An exclude helps only where it covers the whole pattern, which an equal text does for certain. */
const selects = (
	{include, exclude}: Selector,
	host: Parameters<typeof hostPatternsOverlap>[0],
): boolean =>
	!exclude.includes(host) &&
	include.some(text => {
		const pattern = parseHostPattern(text);
		return pattern.ok && hostPatternsOverlap(pattern.value, host);
	});

const selector: Reader<Partial<Selector>> = record<Partial<Selector>>({
	include: optional(list(text)),
	exclude: optional(list(text)),
});

type WrittenMiddleware = Partial<Omit<Middleware, 'endpoints'>> & {
	readonly endpoints?: Partial<Selector>;
};

const written: Reader<WrittenMiddleware> = record<WrittenMiddleware>({
	name: optional(text),
	middleware: optional(text),
	order: optional(wholeNumber(-(2 ** 31), 2 ** 31 - 1)),
	config: optional(anything as Reader<Readonly<Record<string, unknown>>>),
	on_error: optional(word('InvalidMiddlewareConfig', ['', 'fail_closed', 'fail_open'])),
	endpoints: optional(selector),
});

const middleware = (place: Place, key: string): Middleware | undefined => {
	const {endpoints, ...rest} = written(place) ?? {};
	if (!rest.middleware) {
		complain(below(place, 'middleware'), 'InvalidMiddlewareConfig', 'middleware names its kind');
	}

	const {include = [], exclude = []} = endpoints ?? {};
	const patterns = [...include, ...exclude];
	if (patterns.length > maxMiddlewarePatterns) {
		const message = `more than ${maxMiddlewarePatterns} patterns`;
		complain(below(place, 'endpoints'), 'TooManyMiddlewareSelectorPatterns', message);
	}

	checkPatterns(include, below(place, 'endpoints', 'include'));
	checkPatterns(exclude, below(place, 'endpoints', 'exclude'));
	checkConfig(rest.config, below(place, 'config'));
	warn(
		place,
		'MiddlewareNotRun',
		'no middleware runs here; a policy with one can be enforced only with on_error: fail_open',
	);
	return {
		name: key,
		middleware: '',
		order: 0,
		config: {},
		on_error: '',
		...rest,
		endpoints: {include, exclude},
	};
};

const checkPatterns = (patterns: readonly string[], place: Place): void => {
	for (const [index, text] of patterns.entries()) {
		const pattern = parseHostPattern(text);
		if (!pattern.ok) {
			complain(below(place, index), 'InvalidMiddlewareConfig', pattern.error.message);
		}
	}
};

const checkConfig = (config: unknown, place: Place): void => {
	if (
		config !== undefined &&
		(typeof config !== 'object' || config === null || Array.isArray(config))
	) {
		complain(place, 'InvalidMiddlewareConfig', 'config is a mapping');
	}
};
