import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';

/** The OCSF schemas and examples are test data outside the package; where they are absent the tests say so. */
const folder = path.resolve('../shared/ocsf');

export const hasSchemas = existsSync(path.join(folder, 'compact'));

export const whySkipped = 'the OCSF schemas (../shared/ocsf) are not here, so nothing was checked';

const files: Readonly<Record<number, string>> = {
	4001: 'network_activity',
	4002: 'http_activity',
	5019: 'device_config_state_change',
	6002: 'application_lifecycle',
};

const ajv = new Ajv2020({strict: true, strictRequired: false, strictTypes: false});
const compiled = new Map<number, ValidateFunction>();

/** What is wrong with an OCSF object: empty when it is valid. */
export const ocsfProblems = (record: unknown): readonly string[] => {
	const classUid = (record as {readonly class_uid: number}).class_uid;
	const validate = compiled.get(classUid) ?? compile(classUid);
	return validate(record)
		? []
		: (validate.errors ?? []).map(
				error => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
			);
};

const compile = (classUid: number): ValidateFunction => {
	const file = files[classUid];
	if (file === undefined) {
		throw new Error(`no schema for class ${classUid}`);
	}

	const text = readFileSync(path.join(folder, 'compact', `${file}.schema.json`), 'utf8');
	const validate = ajv.compile(JSON.parse(text));
	compiled.set(classUid, validate);
	return validate;
};

/** The examples with the line each must give. */
export const ocsfExamples = (): ReadonlyArray<{readonly record: never; readonly line: string}> => {
	const lines = readFileSync(path.join(folder, 'examples.shorthand.log'), 'utf8')
		.trimEnd()
		.split('\n');
	return readFileSync(path.join(folder, 'examples.jsonl'), 'utf8')
		.trimEnd()
		.split('\n')
		.map((json, index) => ({record: JSON.parse(json) as never, line: lines[index] ?? ''}));
};
