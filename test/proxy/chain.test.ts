import test from 'ava';
import type {Denial} from '../../policies/model/denial.ts';
import type {Plugin} from '../../policies/model/plugin.ts';
import {makeChain} from '../../proxy/chain.ts';
import {plainAnswer} from '../../proxy/plain-answer.ts';

const denial = {
	denial_id: 'den_1',
	code: 'no_endpoint',
	layer: 'l4',
	detail: 'd',
	reason: 'r',
} as unknown as Denial;

const rendering = (
	name: string,
	onDenied: () => never | {status: number; headers: []; body: string} | undefined,
): Plugin => ({
	name,
	hooks: {onDenied},
});

test('the first plugin that renders a denial renders it', t => {
	const answer = {status: 403, headers: [] as [], body: 'mine'};
	const chain = makeChain([
		{name: 'silent'},
		rendering('passes', () => undefined),
		rendering('renders', () => answer),
		rendering('late', () => {
			throw new Error('not asked');
		}),
	]);
	t.is(chain.render(denial), answer);
});

test('a renderer that throws, or none, leaves a plain answer that no client caches (X39)', t => {
	const broken = makeChain([
		rendering('broken', () => {
			throw new Error('broken');
		}),
	]);
	t.deepEqual(broken.render(denial), plainAnswer(denial));
	t.deepEqual(makeChain([]).render(denial), plainAnswer(denial));
	const headers = new Map(plainAnswer(denial).headers);
	t.is(headers.get('content-type'), 'application/json');
	t.is(headers.get('cache-control'), 'no-store');
	t.is(headers.get('x-content-type-options'), 'nosniff');
	t.is(headers.get('connection'), 'close');
});

test('an observer that throws keeps no other from being told', t => {
	const told: string[] = [];
	const chain = makeChain([
		{
			name: 'broken',
			hooks: {
				onClose() {
					throw new Error('broken');
				},
			},
		},
		{name: 'observer', hooks: {onClose: id => void told.push(id)}},
	]);
	chain.closed('conn-1');
	t.deepEqual(told, ['conn-1']);
});
