import {createReadStream} from 'node:fs';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {type Line, styled} from '../../tui/present/line.ts';
import {ident} from '../../tui/present/text.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {type Answer, answerOf} from '../explain/answer.ts';
import {answerLine, policySource} from '../explain/batch.ts';
import {readPolicyFile, soundPolicy} from '../explain/policy-file.ts';
import type {Question} from '../explain/question.ts';
import {parseQuestion} from '../explain/question-json.ts';
import {Failure, messageOf, usage} from '../failure.ts';
import type {Flags} from '../flags.ts';

/** Asks a policy without running anything. */
export const policyExplain: Command = {
	name: 'policy explain',
	summary: 'Say what a policy answers to a request, and why.',
	operands: '--policy <file> …',
	notes: [
		'Without --method it is asked whether the place may be reached at all. Names are not resolved:',
		'what the proxy checks of addresses is not part of the answer.',
		'Exit 0: allow or audit. Exit 3: deny. With --batch exit 0 when every line was read.',
	],
	flags: {
		policy: {type: 'text', value: 'FILE', about: 'the policy that is asked'},
		binary: {type: 'text', value: 'PATH', about: 'the program that asks'},
		ancestor: {type: 'list', value: 'PATH', about: 'the programs that started it, parent first'},
		host: {type: 'text', value: 'HOST', about: 'where it wants to go'},
		port: {type: 'text', value: 'PORT', about: 'default: 443'},
		method: {type: 'text', value: 'METHOD', about: 'of the request'},
		path: {type: 'text', value: 'PATH', about: 'of the request; default: /'},
		query: {type: 'list', value: 'KEY=VALUE', about: 'of the request'},
		batch: {
			type: 'text',
			value: 'FILE',
			about: 'JSON lines, one question each; - is standard input',
		},
		...jsonFlag,
	},
	examples: [
		'openshell policy explain --policy p.yaml --binary /usr/bin/curl --host api.example.com --method GET --path /v1',
		'openshell policy explain --policy p.yaml --batch questions.jsonl',
	],
	run: call => (call.flags.text('batch') === undefined ? single(call) : batch(call)),
};

async function single({flags, output}: Call): Promise<ExitCode> {
	const file = flags.text('policy');
	if (file === undefined) {
		throw usage('--policy is missing: which policy is asked?');
	}

	const question = questionOf(flags);
	const answer = answerOf(question, soundPolicy(await readPolicyFile(file), file));
	if (flags.is('json')) {
		output.json(answer);
	} else {
		output.lines(present(question, answer));
	}

	return answer.decision === 'deny' ? exitCodes.denied : exitCodes.done;
}

function questionOf(flags: Flags): Question {
	const asked = parseQuestion(
		JSON.stringify({
			binary: required(flags, 'binary'),
			ancestors: flags.list('ancestor'),
			host: required(flags, 'host'),
			port: Number(flags.text('port') ?? 443),
			method: flags.text('method'),
			path: flags.text('path'),
			query: queryOf(flags.list('query')),
		}),
	);
	if (!asked.ok) {
		throw usage(`${asked.error}.`);
	}

	if (
		asked.value.method === undefined &&
		(flags.text('path') ?? flags.list('query')[0]) !== undefined
	) {
		throw usage('--path and --query belong to a request: give its --method too.');
	}

	return asked.value;
}

function queryOf(pairs: readonly string[]): Readonly<Record<string, readonly string[]>> {
	const query = new Map<string, string[]>();
	for (const pair of pairs) {
		const equals = pair.indexOf('=');
		if (equals < 1) {
			throw usage(`--query takes KEY=VALUE, not '${pair}'.`);
		}

		const key = pair.slice(0, equals);
		query.set(key, [...(query.get(key) ?? []), pair.slice(equals + 1)]);
	}

	return Object.fromEntries(query);
}

function required(flags: Flags, name: string): string {
	const value = flags.text(name);
	if (value === undefined) {
		throw usage(`--${name} is missing. See: openshell policy explain --help`);
	}

	return value;
}

function present(question: Question, answer: Answer): readonly Line[] {
	const {binary, host, port, method, path} = question;
	const asked =
		method === undefined ? `CONNECT ${host}:${port}` : `${method} ${host}:${port}${path ?? '/'}`;
	const style =
		answer.decision === 'deny' ? 'bad' : answer.decision === 'audit' ? 'warning' : 'good';
	const code = answer.code === null ? '' : ` ${answer.code}`;
	return [
		[styled(style, answer.decision), {text: ` (${answer.layer})${code}`}],
		[styled('label', '  Asked: '), {text: `${ident(asked)} by ${ident(binary)}`}],
		[styled('label', '  Policy: '), {text: ident(answer.matched_policy ?? 'none')}],
		[styled('label', '  Reason: '), {text: answer.reason}],
	];
}

async function batch({flags, output}: Call): Promise<ExitCode> {
	const source = flags.text('batch') ?? '-';
	const policyOf = await policySource(flags.text('policy'));
	const input = source === '-' ? process.stdin : createReadStream(source);
	let isWhole = true;
	let number = 0;
	try {
		for await (const line of createInterface({input, crlfDelay: Number.POSITIVE_INFINITY})) {
			number += 1;
			if (line.trim() !== '') {
				const told = answerLine(line, number, policyOf);
				isWhole &&= told.isRead;
				output.json(told.line);
			}
		}
	} catch (error) {
		throw new Failure(`Cannot read the questions: ${messageOf(error)}`);
	}

	return isWhole ? exitCodes.done : exitCodes.failed;
}
