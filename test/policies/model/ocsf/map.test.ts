import test from 'ava';
import fc from 'fast-check';
import type {Event} from '../../../../policies/model/event.ts';
import {toOcsf} from '../../../../policies/model/ocsf/map.ts';
import {shorthand} from '../../../../policies/model/ocsf/shorthand.ts';
import {jsonLine} from '../../../../policies/model/ocsf/text.ts';
import {anyEvent, envelope} from '../../../helpers/events.ts';
import {hasSchemas, ocsfProblems, whySkipped} from '../../../helpers/ocsf-schemas.ts';

const proxy = envelope();
const gateway = envelope({component: 'gateway'});
const isGateway = (event: Event) => event.kind.startsWith('proposal.');
const mapped = (event: Event) => toOcsf(event, isGateway(event) ? gateway : proxy);

test('every event, with hostile text everywhere, is valid OCSF 1.8.0', t => {
	if (!hasSchemas) {
		t.log(whySkipped);
		t.pass();
		return;
	}

	const kinds = new Set<string>();
	fc.assert(
		fc.property(anyEvent, event => {
			kinds.add(event.kind);
			const problems = ocsfProblems(JSON.parse(jsonLine(mapped(event))));
			return problems.length === 0 || fail(`${event.kind}: ${problems.join('; ')}`);
		}),
		{numRuns: 1500},
	);
	t.is(kinds.size, 20);
});

test('the schemas that accept our events do refuse a secret, a wrong caption and a clear query', t => {
	if (!hasSchemas) {
		t.log(whySkipped);
		t.pass();
		return;
	}

	const [good] = fc.sample(anyEvent, 1);
	const record = mapped(good ?? assertNever()) as Record<string, unknown>;
	t.deepEqual(ocsfProblems(record), []);
	t.not(ocsfProblems({...record, http_headers: [{name: 'authorization'}]}).length, 0);
	t.not(ocsfProblems({...record, severity: 'Dreadful'}).length, 0);
});

test('one event is one line, of printable characters only', t => {
	fc.assert(
		fc.property(anyEvent, event => {
			const record = mapped(event);
			const lines = [shorthand(record), jsonLine(record)];
			return lines.every(line => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(line));
		}),
		{numRuns: 1000},
	);
	t.pass();
});

test('no text from outside forges a denial or a bracket of the grammar', t => {
	fc.assert(
		fc.property(anyEvent, event => {
			const line = shorthand(mapped(event));
			const claimsDenial = /^\S+ OCSF \S+ \[\w+\] DENIED /.test(line);
			const isDenial = 'denial' in event;
			const brackets = line.replaceAll(/\\./g, '');
			return claimsDenial === isDenial && hasFlatBrackets(brackets);
		}),
		{numRuns: 1000},
	);
	t.pass();
});

test('no query string reaches a line', t => {
	fc.assert(
		fc.property(
			anyEvent,
			event => !`${shorthand(mapped(event))}${jsonLine(mapped(event))}`.includes('s3cr3t'),
		),
		{numRuns: 1000},
	);
	t.pass();
});

test('the mapping is pure: the same event and envelope give the same line again', t => {
	for (const event of fc.sample(anyEvent, 100)) {
		const first = jsonLine(mapped(event));
		t.is(jsonLine(mapped(structuredClone(event))), first);
	}
});

function hasFlatBrackets(line: string): boolean {
	return /^[^[\]]*(\[[^[\]]*\][^[\]]*)*$/.test(line);
}

function fail(message: string): never {
	throw new Error(message);
}

function assertNever(): never {
	throw new Error('no sample');
}
