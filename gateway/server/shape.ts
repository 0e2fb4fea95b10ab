import {err, ok, type Result} from '../../policies/model/result.ts';

/** Reads one JSON value into a typed one, or throws `ShapeError` naming the place. */
export type Shape<T> = (value: unknown, at: string) => T;

class ShapeError extends Error {}

/** Reads a whole body; the error says which key is wrong and what belongs there. */
export const readShape = <T>(shape: Shape<T>, value: unknown): Result<T, string> => {
	try {
		return ok(shape(value, ''));
	} catch (error) {
		if (error instanceof ShapeError) {
			return err(error.message);
		}

		throw error;
	}
};

export const text =
	(maxLength: number): Shape<string> =>
	(value, at) => {
		if (typeof value !== 'string') {
			throw wrong(at, 'a string');
		}

		if (value.length > maxLength) {
			throw wrong(at, `at most ${maxLength} characters`);
		}

		return value;
	};

export const flag: Shape<boolean> = (value, at) => {
	if (typeof value !== 'boolean') {
		throw wrong(at, 'true or false');
	}

	return value;
};

export const integer =
	(lowest: number, highest: number): Shape<number> =>
	(value, at) => {
		if (!Number.isSafeInteger(value) || Number(value) < lowest || Number(value) > highest) {
			throw wrong(at, `an integer from ${lowest} to ${highest}`);
		}

		return Number(value);
	};

export const oneOf =
	<const T extends string>(...words: readonly T[]): Shape<T> =>
	(value, at) => {
		const found = words.find(word => word === value);
		if (found === undefined) {
			throw wrong(at, `one of ${words.join(', ')}`);
		}

		return found;
	};

export const list =
	<T>(item: Shape<T>, maxItems: number): Shape<readonly T[]> =>
	(value, at) => {
		if (!Array.isArray(value)) {
			throw wrong(at, 'a list');
		}

		if (value.length > maxItems) {
			throw wrong(at, `at most ${maxItems} items`);
		}

		return value.map((element, index) => item(element, `${at}[${index}]`));
	};

/** Left to a parser of the model. */
export const anything: Shape<unknown> = value => value;

/** A text that is checked further, by a function that says what it expected. */
export const parsed =
	<T>(parse: (value: string) => Result<T, string>): Shape<T> =>
	(value, at) => {
		const result = parse(text(1000)(value, at));
		if (!result.ok) {
			throw wrong(at, result.error);
		}

		return result.value;
	};

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Values<S extends Shapes> = {readonly [K in keyof S]: ReturnType<S[K]>};

/** An object with exactly these keys: an unknown one is an error, never ignored. */
export const object =
	<R extends Shapes, O extends Shapes = Record<never, never>>(
		required: R,
		optional?: O,
	): Shape<Values<R> & Partial<Values<O>>> =>
	(value, at) => {
		const given = entries(value, at);
		const known = new Map([...Object.entries(required), ...Object.entries(optional ?? {})]);
		const missing = Object.keys(required).find(key => !given.has(key));
		if (missing !== undefined) {
			throw new ShapeError(`${inside(at, missing)} is missing`);
		}

		const result = new Map<string, unknown>();
		for (const [key, field] of given) {
			const shape = known.get(key);
			if (shape === undefined) {
				throw new ShapeError(
					`${inside(at, key.slice(0, 64))} is not known; known are ${[...known.keys()].join(', ')}`,
				);
			}

			result.set(key, shape(field, inside(at, key)));
		}

		return Object.fromEntries(result) as Values<R> & Partial<Values<O>>;
	};

const entries = (value: unknown, at: string): ReadonlyMap<string, unknown> => {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw wrong(at, 'an object');
	}

	return new Map(Object.entries(value));
};

const inside = (at: string, key: string): string => (at === '' ? key : `${at}.${key}`);

const wrong = (at: string, expected: string): ShapeError =>
	new ShapeError(`${at === '' ? 'the body' : at} must be ${expected}`);
