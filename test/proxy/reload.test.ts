import test from 'ava';
import {
	allow,
	answerOf,
	api,
	connect,
	deny,
	everything,
	type FakePolicy,
	inside,
	inspected,
	makeWorld,
	passageOf,
	peek,
	raw,
	type World,
} from '../helpers/gate-world.ts';

const openIn = async (world: World, host = api.host) =>
	passageOf(await world.gate.admitConnection(connect({...api, host})));

const nothing = everything(deny('no_endpoint'));
const guarded: FakePolicy = {...everything(peek), guard: () => deny('address_not_listed')};

for (const [title, before, after, cause] of [
	['a tunnel lives on while it is allowed', everything(peek), everything(raw), undefined],
	['a tunnel closes when it is denied', everything(raw), nothing, 'the policy no longer allows it'],
	[
		'a tunnel closes when it would be inspected',
		everything(peek),
		inspected(allow),
		'the policy now inspects it otherwise',
	],
	[
		'a tunnel closes when its address is refused',
		everything(peek),
		guarded,
		'the policy no longer allows its address',
	],
	[
		'an inspected connection lives on while it is inspected',
		inspected(allow),
		inspected(deny('not_permitted', 'l7')),
		undefined,
	],
	[
		'an inspected connection closes when it is denied',
		inspected(allow),
		nothing,
		'the policy no longer allows it',
	],
	[
		'an inspected connection closes when it would be a tunnel',
		inspected(allow),
		everything(raw),
		'the policy now inspects it otherwise',
	],
	[
		'a refused connection stays to be told',
		nothing,
		everything(deny('binary_not_allowed')),
		undefined,
	],
	['a refused connection stays when it would be inspected', nothing, inspected(allow), undefined],
	[
		'a refused connection closes when it would be a tunnel',
		nothing,
		everything(raw),
		'the policy now gives a tunnel here; connect again',
	],
] as const) {
	test(`on reload ${title}`, async t => {
		const world = makeWorld({policy: before});
		const passage = await openIn(world);
		let closed: string | undefined;
		passage.onRevoked(why => {
			closed = why;
		});
		world.swap(after);
		t.is(closed, cause);
		t.is(passage.isOpen(), cause === undefined);
	});
}

test('on reload a tunnel to another place lives on', async t => {
	const world = makeWorld({policy: everything(raw)});
	const [kept, taken] = [await openIn(world, 'kept.test' as never), await openIn(world)];
	world.swap({answer: ({host}) => (host === api.host ? deny('no_endpoint') : raw)});
	t.true(kept.isOpen());
	t.false(taken.isOpen());
	let closed = '';
	taken.onRevoked(why => {
		closed = why;
	});
	t.is(closed, 'the policy no longer allows it');
	taken.closed({in: 1, out: 2});
	t.like(world.events.at(-1), {kind: 'net.close', cause: 'the policy no longer allows it'});
});

test('on reload a running request is cut if it would now be denied, and its connection lives on', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const tunnel = await openIn(world);
	const running = passageOf(await world.gate.admitRequest(inside(tunnel, '/a')));
	const other = passageOf(await world.gate.admitRequest(inside(tunnel, '/b')));
	world.swap({
		answer(intent) {
			if (intent.kind === 'connection') {
				return inspected(allow).answer(intent);
			}

			return intent.path === '/a' ? deny('not_permitted', 'l7') : allow;
		},
	});
	t.deepEqual([tunnel.isOpen(), running.isOpen(), other.isOpen()], [true, false, true]);
});

test('on reload a running request is cut if its address is now refused', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const running = passageOf(await world.gate.admitRequest(inside(await openIn(world))));
	world.swap({...inspected(allow), guard: () => deny('address_not_listed')});
	t.false(running.isOpen());
});

test('on reload an audited or L4 request lives on', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const running = passageOf(await world.gate.admitRequest(inside(await openIn(world))));
	world.swap({
		answer: intent => (intent.kind === 'connection' ? inspected(allow).answer(intent) : peek),
	});
	t.true(running.isOpen());
});

test('a refused connection that is allowed after a reload carries the next request', async t => {
	const world = makeWorld({policy: nothing});
	const tunnel = await openIn(world);
	t.like(answerOf(await world.gate.admitRequest(inside(tunnel))), {status: 403});
	world.swap(inspected(allow));
	t.like(await world.gate.admitRequest(inside(tunnel)), {kind: 'forward'});
	t.deepEqual(
		world.events.map(({kind}) => kind),
		['http.request.denied', 'net.open.allowed'],
	);
	world.swap(nothing);
	t.false(tunnel.isOpen());
	t.like(answerOf(await world.gate.admitRequest(inside(tunnel))), {body: {code: 'policy_changed'}});
});

test('a refused connection that is allowed after a reload still asks the plugins', async t => {
	const world = makeWorld({
		policy: nothing,
		plugins: [{name: 'strict', hooks: {onConnect: async () => ({reason: 'no'})}}],
	});
	const tunnel = await openIn(world);
	world.swap(inspected(allow));
	t.like(answerOf(await world.gate.admitRequest(inside(tunnel))), {body: {code: 'plugin_denied'}});
});
