import test from 'ava';
import {isDenialLine, isPolicyDenialLine} from '../../../plugins/policy-local/denials.ts';
import {redactQuery} from '../../../policies/model/mask-path.ts';
import {contractVectors} from '../../helpers/vectors.ts';

type Vector = {
	readonly id: string;
	readonly line: string;
	readonly is_denial: boolean;
	readonly redacted?: string;
};

test('the denial lines of the contract are told apart and redacted', t => {
	const vectors = contractVectors<Vector>('denial_lines');
	t.is(vectors.length, 4);
	for (const {id, line, is_denial, redacted} of vectors) {
		t.is(isDenialLine(line), is_denial, id);
		t.is(redactQuery(line), redacted ?? line, id);
	}
});

test('the word DENIED elsewhere in a line does not make it a denial', t => {
	const time = '2026-05-06T17:02:00.000Z';
	for (const line of [
		`${time} OCSF HTTP:GET [INFO] ALLOWED GET http://h/x DENIED y`,
		`${time} OCSF CONFIG:REJECTED [LOW] rejected: OCSF DENIED x`,
		`${time} INFO OCSF NET:OPEN [MED] DENIED x`,
		' OCSF NET:OPEN [MED] DENIED x',
	]) {
		t.false(isDenialLine(line), line);
	}
});

test('a refusal for want of the token is no denial of policy', t => {
	const head = '2026-05-06T17:02:00.000Z OCSF NET:OPEN [MED] DENIED curl(4) -> h:443 [policy:-]';
	for (const [context, isListed] of [
		['[code:proxy_auth_required denial_id:den_1]', false],
		['[code:proxy_auth_required]', false],
		['[code:no_endpoint denial_id:den_1] [reason:code:proxy_auth_required]', true],
	] as const) {
		t.is(isPolicyDenialLine(`${head} ${context}`), isListed, context);
	}
});
