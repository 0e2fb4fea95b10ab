import {mkdtemp, realpath, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';

/** A folder of the test's own, gone when the test is over. Its name is short, because Unix socket paths are. */
export async function temporaryDirectory(t: ExecutionContext): Promise<string> {
	const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'os-')));
	t.teardown(() => rm(directory, {recursive: true, force: true}));
	return directory;
}
