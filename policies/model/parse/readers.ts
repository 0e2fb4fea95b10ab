import {clean} from '../clean.ts';
import {hint} from './nearest.ts';
import type {DocumentNode} from './node.ts';
import {below, complain, type Place, problemAt} from './place.ts';

/** Reads one value, or reports what is wrong with it and returns nothing. */
export type Reader<T> = (place: Place) => T | undefined;

export const text: Reader<string> = place => scalarAs(place, 'string', 'text');

export const flag: Reader<boolean> = place => scalarAs(place, 'boolean', 'true or false');

/** A whole number within bounds; `kind` names what is wrong with one outside of them. */
export const wholeNumber =
	(min: number, max: number, kind = 'OutOfRange'): Reader<number> =>
	place => {
		const value = scalarAs<number>(place, 'number', 'a number');
		if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) {
			return value;
		}

		unread(place, kind, `expected a whole number from ${min} to ${max}`);
		return undefined;
	};

/** One of some words. */
export const word =
	<W extends string>(kind: string, words: readonly W[]): Reader<W> =>
	place => {
		const value = text(place);
		const known = words.find(one => one === value);
		if (value !== undefined && known === undefined) {
			unread(
				place,
				kind,
				`unknown value '${clean(value, 64)}'${hint(value, words.filter(Boolean))}`,
			);
		}

		return known;
	};

/** A list; an empty one is an error wherever it would say something else than no list at all. */
export const list =
	<T>(item: Reader<T>, emptyMessage?: string): Reader<readonly T[]> =>
	place => {
		if (place.node.kind !== 'list') {
			wrongType(place, 'a list');
			return undefined;
		}

		if (emptyMessage !== undefined && place.node.items.length === 0) {
			unread(place, 'EmptyList', emptyMessage);
			return undefined;
		}

		return place.node.items
			.map((_, index) => item(below(place, index)))
			.filter(value => value !== undefined);
	};

/** A mapping whose keys are names, in sorted order. */
export const namedMap =
	<T>(item: (place: Place, key: string) => T | undefined): Reader<ReadonlyMap<string, T>> =>
	place => {
		if (place.node.kind !== 'mapping') {
			wrongType(place, 'a mapping');
			return undefined;
		}

		const values = new Map<string, T>();
		for (const key of [...place.node.entries.keys()].sort(byCodeUnit)) {
			const value = item(below(place, key), key);
			if (value !== undefined) {
				values.set(key, value);
			}
		}

		return values;
	};

export type Field<T> = {readonly read: Reader<T>; readonly isRequired: boolean};

export const required = <T>(read: Reader<T>): Field<T> => ({read, isRequired: true});
export const optional = <T>(read: Reader<T>): Field<T> => ({read, isRequired: false});

type Fields<T> = {readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>>};

/** A mapping with known keys; any other key is an error that names the nearest one. */
export const record = <T extends object>(fields: Fields<T>): Reader<T> => {
	const known = new Map<string, Field<unknown>>(Object.entries(fields));
	return place => {
		if (place.node.kind !== 'mapping') {
			wrongType(place, 'a mapping');
			return undefined;
		}

		reportUnknownKeys(place, [...known.keys()]);
		const values: Array<readonly [string, unknown]> = [];
		let isWhole = true;
		for (const [key, field] of known) {
			const value = readField(place, key, field);
			isWhole &&= value !== undefined || !field.isRequired;
			if (value !== undefined) {
				values.push([key, value]);
			}
		}

		return isWhole ? (Object.fromEntries(values) as T) : undefined;
	};
};

/** Any JSON value, as it is. */
export const anything: Reader<unknown> = place => plainOf(place.node);

/** Reports that a value cannot be read at all, which silences what else would be said of it. */
export const unread = (place: Place, kind: string, message: string): void => {
	place.problems.addUnread(problemAt(place, 'error', kind, message));
};

export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const readField = (place: Place, key: string, field: Field<unknown>): unknown => {
	if (place.node.kind === 'mapping' && place.node.entries.has(key)) {
		return field.read(below(place, key));
	}

	if (field.isRequired) {
		unread(below(place, key), 'MissingKey', `missing field \`${key}\``);
	}

	return undefined;
};

const reportUnknownKeys = (place: Place, known: readonly string[]): void => {
	if (place.node.kind !== 'mapping') {
		return;
	}

	for (const [key, entry] of place.node.entries) {
		if (!known.includes(key) && !place.problems.isFull) {
			const {at, problems} = below(place, key);
			const node: DocumentNode = {...entry.value, position: entry.keyPosition};
			const message = `unknown field \`${clean(key, 64)}\`${hint(key, known)}`;
			complain({node, at, problems}, 'UnknownKey', message);
		}
	}
};

const scalarAs = <T>(place: Place, type: string, expected: string): T | undefined => {
	const {node} = place;
	if (node.kind === 'scalar' && typeof node.value === type) {
		return node.value as T;
	}

	wrongType(place, expected);
	return undefined;
};

const wrongType = (place: Place, expected: string): void => {
	const {node} = place;
	const found = node.kind === 'scalar' ? scalarName(node.value) : `a ${node.kind}`;
	const advice =
		expected === 'text' && node.kind === 'scalar' && node.value !== null ? '; quote it' : '';
	unread(place, 'WrongType', `expected ${expected}, found ${found}${advice}`);
};

const scalarName = (value: string | number | boolean | null): string => {
	if (value === null) {
		return 'nothing';
	}

	return typeof value === 'string' ? 'text' : `the ${typeof value} ${value}`;
};

const plainOf = (node: DocumentNode): unknown => {
	switch (node.kind) {
		case 'scalar':
			return node.value;
		case 'list':
			return node.items.map(plainOf);
		case 'mapping':
			return Object.fromEntries(
				[...node.entries].map(([key, entry]) => [key, plainOf(entry.value)]),
			);
	}
};
