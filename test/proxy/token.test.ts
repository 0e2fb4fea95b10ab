import test from 'ava';
import {makeTokenCheck} from '../../proxy/token.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const head = (...values: readonly string[]) => ({
	method: 'CONNECT',
	target: 'example.com:443',
	headers: values.map(value => ['Proxy-Authorization', value] as const),
});

const isOurs = makeTokenCheck('s3cret');

for (const [title, given, expected] of [
	['the right token', [basic('openshell:s3cret')], true],
	['the scheme in lower case', [basic('openshell:s3cret').replace('Basic', 'basic')], true],
	['no header', [], false],
	['an empty header', [''], false],
	['a wrong token', [basic('openshell:s3cre7')], false],
	['a longer token', [basic('openshell:s3cret0')], false],
	['an empty token', [basic('openshell:')], false],
	['another user name', [basic('root:s3cret')], false],
	['two headers of which one is right', [basic('openshell:s3cret'), basic('x:y')], false],
	['the right token twice', [basic('openshell:s3cret'), basic('openshell:s3cret')], false],
	['another scheme', ['Bearer s3cret'], false],
	['what is not base64', ['Basic openshell:s3cret'], false],
] as const) {
	test(`the proxy token check answers ${String(expected)} to ${title}`, t => {
		t.is(isOurs(head(...given)), expected);
	});
}

test('an empty token of our own is refused', t => {
	t.throws(() => makeTokenCheck(''), {instanceOf: TypeError});
});
