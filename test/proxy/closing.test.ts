import test from 'ava';
import {makeClosing} from '../../proxy/closing.ts';

test('what was opened last is closed first, once, also when some of it fails', async t => {
	const closed: string[] = [];
	const closing = makeClosing();
	closing.add(() => void closed.push('first'));
	closing.add(async () => {
		closed.push('second');
		throw new Error('second');
	});
	closing.add(() => void closed.push('third'));
	await t.throwsAsync(closing.run(), {message: 'second'});
	await closing.run();
	t.deepEqual(closed, ['third', 'second', 'first']);
});
