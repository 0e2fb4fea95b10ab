import test from 'ava';
import {makeResolve} from '../../proxy/resolve.ts';

const never = async (): Promise<never> => new Promise(() => undefined);

test('an address is its own answer and is never looked up', async t => {
	const resolve = makeResolve({
		async lookup() {
			throw new Error('looked up');
		},
	});
	t.deepEqual(await resolve('192.0.2.1'), {ok: true, value: ['192.0.2.1']});
	t.deepEqual(await resolve('2001:db8::1'), {ok: true, value: ['2001:db8::1']});
});

test('all addresses are given, in order, once', async t => {
	const resolve = makeResolve({
		lookup: async () => [{address: '10.0.0.2'}, {address: '10.0.0.1'}, {address: '10.0.0.2'}],
	});
	t.deepEqual(await resolve('a.test'), {ok: true, value: ['10.0.0.2', '10.0.0.1']});
});

test('a name without an address, and one that does not resolve, say so', async t => {
	const empty = makeResolve({lookup: async () => []});
	t.deepEqual(await empty('a.test'), {ok: false, error: 'a.test has no address'});
	const broken = makeResolve({
		async lookup() {
			throw Object.assign(new Error('getaddrinfo ENOTFOUND'), {code: 'ENOTFOUND'});
		},
	});
	t.deepEqual(await broken('a.test'), {ok: false, error: 'a.test does not resolve (ENOTFOUND)'});
});

test('a resolver that does not answer is given up after the time', async t => {
	const resolve = makeResolve({lookup: never, timeoutMs: 5});
	t.deepEqual(await resolve('a.test'), {ok: false, error: 'a.test did not resolve within 5 ms'});
});

test('equal names share one look-up, and a later question asks again', async t => {
	let asked = 0;
	const resolve = makeResolve({
		async lookup() {
			asked += 1;
			return [{address: '10.0.0.1'}];
		},
	});
	await Promise.all([resolve('a.test'), resolve('a.test')]);
	t.is(asked, 1);
	await resolve('a.test');
	t.is(asked, 2);
});

test('only so many look-ups run at once, and one that was given up keeps its place', async t => {
	const running: (() => void)[] = [];
	const resolve = makeResolve({
		lookup: async () =>
			new Promise(done => {
				running.push(() => done([{address: '10.0.0.1'}]));
			}),
		concurrency: 2,
		timeoutMs: 5,
	});
	await Promise.all([resolve('a.test'), resolve('b.test'), resolve('c.test')]);
	t.is(running.length, 2);
	running[0]?.();
	while (running.length < 3) {
		await new Promise(setImmediate);
	}

	t.is(running.length, 3);
});

test('beyond the queue a name counts as unresolved', async t => {
	const resolve = makeResolve({lookup: never, timeoutMs: 5, queue: 1});
	const first = resolve('a.test');
	t.regex(
		await resolve('b.test').then(answer => (answer.ok ? '' : answer.error)),
		/too many names are waiting/,
	);
	await first;
});
