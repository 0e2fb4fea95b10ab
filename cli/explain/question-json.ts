import {err, ok, type Result} from '../../policies/model/result.ts';
import {nearest} from '../nearest.ts';
import type {Question} from './question.ts';

const keys = ['id', 'binary', 'ancestors', 'host', 'port', 'method', 'path', 'query', 'policy'];

/** One line of `--batch`; unknown keys are errors, because a mistyped one would change the question. */
export function parseQuestion(line: string): Result<Question, string> {
	try {
		return read(JSON.parse(line));
	} catch (error) {
		return err(`not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
	}
}

function read(value: unknown): Result<Question, string> {
	if (!isRecord(value)) {
		return err('a question is a JSON object');
	}

	const unknown = Object.keys(value).find(key => !keys.includes(key));
	if (unknown !== undefined) {
		const near = nearest(unknown, keys);
		return err(`unknown key '${unknown}'${near === undefined ? '' : `; did you mean '${near}'?`}`);
	}

	const wrong = Object.entries(shapes).find(([key, shape]) => !shape.fits(value[key]));
	if (wrong !== undefined) {
		return err(`'${wrong[0]}' must be ${wrong[1].is}`);
	}

	const {id = null, port = 443, ancestors = [], query = {}, method, ...rest} = value as Raw;
	return ok({
		...rest,
		id,
		port,
		ancestors,
		query: new Map(Object.entries(query)),
		...(typeof method === 'string' && {method}),
	});
}

type Raw = Omit<Question, 'query' | 'port'> & {
	readonly port?: number;
	readonly query?: Readonly<Record<string, readonly string[]>>;
};

type Shape = {readonly is: string; fits(value: unknown): boolean};

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const orAbsent = (fits: (value: unknown) => boolean) => (value: unknown) =>
	value === undefined || fits(value);

const shapes: Readonly<Record<string, Shape>> = {
	id: {
		is: 'text or a number',
		fits: value => orAbsent(isText)(value) || value === null || Number.isFinite(value),
	},
	binary: {is: 'the path of a program', fits: isText},
	ancestors: {is: 'a list of paths', fits: orAbsent(isTexts)},
	host: {is: 'a host', fits: isText},
	port: {is: 'a whole number from 1 to 65535', fits: orAbsent(isPort)},
	method: {is: 'an HTTP method', fits: value => orAbsent(isText)(value) || value === null},
	path: {is: 'a path', fits: orAbsent(isText)},
	query: {
		is: 'an object of lists of texts',
		fits: orAbsent(value => isRecord(value) && Object.values(value).every(isTexts)),
	},
	policy: {is: 'the YAML text of a policy', fits: orAbsent(isText)},
};

function isPort(value: unknown): boolean {
	return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
