import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {readSurroundings} from '../config.ts';
import type {Network} from './agent/http.ts';
import {GivenUp} from './agent/negotiate.ts';
import {pushFirstCommit} from './agent/push.ts';
import {createRepository} from './agent/repository.ts';
import type {AgentStep} from './steps.ts';

/**
The agent of the demonstration: a program of its own that was told a task ("create this repository
and push a first commit") and nothing of policy. Run with the repository's name and an empty folder;
the token is GITHUB_TOKEN. Each step is a JSON line on stdout.
*/
async function main(): Promise<void> {
	const {environment} = readSurroundings();
	const [name = '', directory = ''] = process.argv.slice(2);
	const network = await networkOf(environment);
	const token = environment['GITHUB_TOKEN'] ?? '';
	const task = {network, token, name, say};
	const {owner, guidance} = await createRepository(task);
	if (guidance === undefined) {
		throw new GivenUp('The policy allowed everything at once: there is nothing to demonstrate.');
	}

	await pushFirstCommit(task, {owner, directory, guidance, environment});
}

async function networkOf(environment: Readonly<Record<string, string>>): Promise<Network> {
	const proxy = environment['HTTPS_PROXY'] ?? '';
	const bundle = environment['SSL_CERT_FILE'] ?? '';
	if (proxy === '' || bundle === '') {
		throw new GivenUp('There is no proxy: this program only works behind `openshell run`.');
	}

	return {proxy: new URL(proxy), authorities: await readFile(bundle, 'utf8')};
}

function say(step: AgentStep): void {
	process.stdout.write(`${JSON.stringify(step)}\n`);
}

try {
	await main();
} catch (error) {
	const why = error instanceof Error ? error.message : String(error);
	say({step: 'gave_up', why: error instanceof GivenUp ? why : `Unexpected: ${why}`});
	process.exitCode = 1;
}
