import test from 'ava';
import fc from 'fast-check';
import {type DenialCode, denialCodes} from '../../policies/model/codes.ts';
import type {Denial} from '../../policies/model/denial.ts';
import {parseHost} from '../../policies/model/host.ts';
import type {ConnectionIntent} from '../../policies/model/intent.ts';
import type {DenialId} from '../../policies/model/names.ts';
import type {
	Answer,
	Hooks,
	MakePlugin,
	Plugin,
	PluginHost,
	RequestHead,
} from '../../policies/model/plugin.ts';
import {anyEvent, hostileText} from '../helpers/events.ts';
import {send} from '../helpers/exchange.ts';
import {fakeHost} from '../helpers/plugin-host.ts';
import {anyRequest} from './any-request.ts';
import {testWord} from './protocol-word.ts';

/** What the suite needs to know beside the plugin itself. */
export type PluginUnderTest = {
	readonly make: MakePlugin;
	/** Ports the plugin cannot do without; the rest is empty. */
	readonly ports?: Partial<PluginHost>;
};

/**
The suite that every plugin passes, ours and others: call it in a test file of your own. It
holds the plugin to the life described at `Plugin`: it may serve or refuse, it never throws at
text from outside, it changes nothing it is shown, and its protocol word means one thing.
*/
export const testPlugin = (title: string, {make, ports}: PluginUnderTest): void => {
	const made = (): Plugin => make(fakeHost(ports));
	test(`${title}: has one lower-case name, and is made alike each time`, t => {
		const [first, second] = [made(), made()];
		t.regex(first.name, /^[a-z][a-z0-9-]{0,63}$/);
		t.is(second.name, first.name);
		t.is(second.protocol?.name, first.protocol?.name);
		t.deepEqual(Object.keys(second.hooks ?? {}), Object.keys(first.hooks ?? {}));
		t.true(first.protocol !== undefined || first.hooks !== undefined, 'it does nothing');
	});

	testServe(title, made);
	testRefusals(title, made);
	testAnswers(title, made);
	testObservers(title, made);

	const {protocol} = made();
	if (protocol !== undefined) {
		testWord(title, protocol);
	}
};

function testServe(title: string, made: () => Plugin): void {
	const serve = made().hooks?.serve;
	if (serve === undefined) {
		return;
	}

	test(`${title}: serves a host in canonical form and answers every request once`, async t => {
		const host = parseHost(serve.host);
		t.true(host.ok && host.value === serve.host);
		await fc.assert(
			fc.asyncProperty(hostileText, hostileText, async (method, target) => {
				const answer = await send(serve, {method, target: `/${target}`});
				assertAnswer(answer);
			}),
			{numRuns: 200},
		);
		t.pass();
	});
}

function testRefusals(title: string, made: () => Plugin): void {
	test(`${title}: asked about an intent it passes, or refuses with a reason`, async t => {
		const {onConnect, onRequest} = made().hooks ?? {};
		await fc.assert(
			fc.asyncProperty(anyRequest, async request => {
				const asked = frozen(request);
				const {kind: _kind, ...place} = asked;
				const connection = frozen({...place, kind: 'connection'}) as unknown as ConnectionIntent;
				for (const refusal of [await onConnect?.(connection), await onRequest?.(asked, head)]) {
					if (refusal !== undefined && !/\S/.test(refusal.reason)) {
						throw new Error('a refusal without a reason');
					}
				}
			}),
			{numRuns: 200},
		);
		t.pass();
	});
}

function testAnswers(title: string, made: () => Plugin): void {
	test(`${title}: asked to render a denial it leaves it alone, or answers with its status`, t => {
		const {onDenied} = made().hooks ?? {};
		fc.assert(
			fc.property(anyDenial, denial => {
				const answer = onDenied?.(frozen(denial));
				if (answer !== undefined) {
					assertAnswer(answer);
					t.is(answer.status, denialCodes[denial.code].status);
				}
			}),
			{numRuns: 300},
		);
		t.pass();
	});
}

function testObservers(title: string, made: () => Plugin): void {
	test(`${title}: told of anything, it neither throws nor changes it`, async t => {
		const hooks: Hooks = made().hooks ?? {};
		fc.assert(
			fc.property(anyEvent, anyRequest, (event, request) => {
				hooks.onEvent?.(frozen(event));
				hooks.onDecision?.(frozen(request), {
					kind: 'deny',
					layer: 'l7',
					code: 'no_policy',
					reason: 'r',
				});
				hooks.onClose?.(request.host);
			}),
			{numRuns: 200},
		);
		t.pass();
	});
}

/** Headers are one line each, the length is that of the body, and the body is JSON that nobody keeps. */
function assertAnswer(answer: Answer): void {
	const headers = new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value]));
	for (const [name, value] of answer.headers) {
		if (!/^[a-z0-9-]+$/i.test(name) || !/^[\x20-\x7e]*$/.test(value)) {
			throw new Error(`a header that is not plain: ${JSON.stringify([name, value])}`);
		}
	}

	JSON.parse(answer.body);
	const expected = {
		'content-type': 'application/json',
		'content-length': String(Buffer.byteLength(answer.body)),
		'cache-control': 'no-store',
		'x-content-type-options': 'nosniff',
	};
	for (const [name, value] of Object.entries(expected)) {
		if (headers.get(name) !== value) {
			throw new Error(`${name} is ${headers.get(name)}, not ${value}`);
		}
	}
}

const head: RequestHead = frozen({method: 'GET', target: '/', headers: [['Host', 'h.example']]});

const anyDenial: fc.Arbitrary<Denial> = fc
	.record({
		denial_id: fc.constant('den_01JD8Q4ZK3M5N7P9R1T3V5X7Z9' as DenialId),
		at: fc.nat(),
		code: fc.constantFrom(...(Object.keys(denialCodes) as DenialCode[])),
		layer: fc.constantFrom('l4' as const, 'l7' as const),
		host: hostileText,
		port: fc.nat({max: 65_535}),
		binary: hostileText,
		method: hostileText,
		path: hostileText,
		policy: hostileText,
		detail: hostileText,
		reason: hostileText,
	})
	.map(denial => denial as unknown as Denial);

/** Deeply, so that a plugin that changes what it is shown throws here. */
function frozen<T>(value: T): T {
	if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
		Object.freeze(value);
		Object.values(value).forEach(frozen);
	}

	return value;
}
