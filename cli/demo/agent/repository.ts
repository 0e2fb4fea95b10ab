import type {AgentStep} from '../steps.ts';
import {call, type Network, textOf} from './http.ts';
import {findDenial, GivenUp, type Guidance, negotiate, readGuidance} from './negotiate.ts';

export type Task = {
	readonly network: Network;
	readonly token: string;
	/** Of the repository to create. */
	readonly name: string;
	readonly say: (step: AgentStep) => void;
};

const api = 'https://api.github.com';

/**
Creates the repository with `POST /user/repos`. The first try is refused; the answer says how to ask,
and after the ruling the very same request goes through. Gives the owner and what was learnt.
*/
export async function createRepository(
	task: Task,
): Promise<{readonly owner: string; readonly guidance: Guidance | undefined}> {
	const user = await callApi(task, 'GET', '/user');
	const owner = textOf(user.json['login']);
	if (user.status !== 200 || owner === '') {
		throw new GivenUp(`GitHub does not know the token: ${textOf(user.json['message'])}`);
	}

	task.say({step: 'started', login: owner});
	const create = () =>
		callApi(task, 'POST', '/user/repos', {
			name: task.name,
			description: 'Created by the OpenShell demo',
			private: true,
		});
	const first = await create();
	if (first.status === 201) {
		return {owner, guidance: undefined};
	}

	if (first.json['error'] !== 'policy_denied') {
		throw new GivenUp(`GitHub refused: ${textOf(first.json['message'])}`);
	}

	const id = textOf(first.json['denial_id']);
	task.say({
		step: 'denied',
		layer: textOf(first.json['layer']),
		detail: textOf(first.json['detail']),
		reason: textOf(first.json['code']),
		denial_id: id,
	});
	const guidance = await readGuidance(first.json, task.say);
	const denial = await findDenial(task.network, guidance, item => item['denial_id'] === id);
	const intent = `Create the repository ${owner}/${task.name} that the user asked for.`;
	await negotiate(task.network, guidance, {intent, denial, say: task.say});
	const second = await create();
	if (second.status !== 201) {
		throw new GivenUp(`After the approval the request was still refused (${second.status}).`);
	}

	return {owner, guidance};
}

async function callApi(task: Task, method: string, path: string, body?: object) {
	const reply = await call(task.network, {
		method,
		url: `${api}${path}`,
		headers: {
			Authorization: `Bearer ${task.token}`,
			Accept: 'application/vnd.github+json',
			'X-GitHub-Api-Version': '2022-11-28',
		},
		...(body !== undefined && {body}),
	});
	const note =
		textOf(reply.json['full_name']) || textOf(reply.json['login']) || textOf(reply.json['error']);
	task.say({step: 'request', method, url: `${api}${path}`, status: reply.status, note});
	return reply;
}
