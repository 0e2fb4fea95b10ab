import {readFileSync} from 'node:fs';
import test from 'ava';
import {policyLocal} from '../../plugins/policy-local/plugin.ts';
import {parseTarget} from '../../plugins/policy-local/target.ts';
import {denialCodes} from '../../policies/model/codes.ts';
import type {DenialId} from '../../policies/model/names.ts';
import {aDenial, ringOf} from '../helpers/denials.ts';
import {send} from '../helpers/exchange.ts';
import {aChunk, chunkId, fakeGateway} from '../helpers/gateway.ts';
import {fakeHost} from '../helpers/plugin-host.ts';
import {fakePolicy} from '../helpers/policy.ts';
import {packageRoot} from '../helpers/vectors.ts';

const read = (path: string) => readFileSync(new URL(path, packageRoot), 'utf8');
const skill = read('skills/policy_advisor.md');
const examples = [...skill.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json);

const setup = () => {
	const gateway = fakeGateway();
	gateway.put(aChunk({status: 'rejected', phase: 'denied'}));
	const ids = [...skill.matchAll(/den_[0-9A-Z]{26}/g)].map(([id]) => id as DenialId);
	const host = policyLocal(
		fakeHost({
			gateway,
			policy: fakePolicy(),
			denials: ringOf(...ids.map(denial_id => aDenial({denial_id}))),
		}),
	).hooks?.serve;
	if (host === undefined) {
		throw new Error('policy-local serves no host');
	}

	return {gateway, host};
};

test('the skill has the three examples an agent needs', t => {
	t.is(examples.length, 3);
});

for (const [index, example] of examples.entries()) {
	test(`example ${index + 1} of the skill is accepted as it stands`, async t => {
		const {gateway, host} = setup();
		const answer = await send(host, {target: '/v1/proposals', body: example});
		t.is(answer.status, 202, answer.body);
		t.is(gateway.submitted[0]?.denials.length, 1);
	});
}

test('every URL in the skill is a route that answers', async t => {
	const {host} = setup();
	const urls = [...skill.matchAll(/http:\/\/policy\.local\/[\w/?=.{}-]*/g)].map(([url]) => url);
	t.true(urls.length >= 4);
	for (const url of urls) {
		const target = url.replace('{chunk_id}', chunkId(0));
		const method = parseTarget(target).path === '/v1/proposals' ? 'POST' : 'GET';
		const answer = await send(host, {
			method,
			target,
			...(method === 'POST' ? {body: examples[0]} : {}),
		});
		t.true(answer.status < 300, `${url}: ${answer.body}`);
	}
});

test('the codes that the skill says can be proposed for are those that can', t => {
	const proposable = Object.entries(denialCodes)
		.filter(([, facts]) => facts.proposable)
		.map(([code]) => code);
	const sentence = /Go on only if `code` is one of ([^;]*);/.exec(skill)?.[1] ?? '';
	t.deepEqual(
		[...sentence.matchAll(/`(\w+)`/g)].map(([, code]) => code),
		proposable,
	);
});

test('the skill is short enough to be read whole', t => {
	t.true(skill.split('\n').length <= 150);
	t.true(skill.length < 6000);
});

test('the pointer has front matter and names the file it points to', t => {
	const pointer = read('skills/policy-advisor/SKILL.md');
	t.regex(pointer, /^---\nname: policy-advisor\ndescription: .+\n---\n/);
	t.regex(pointer, /policy_advisor\.md/);
});
