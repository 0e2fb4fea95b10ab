import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {ExecutionContext} from 'ava';

/** A folder of the test's own, gone at its end. Short, because Unix socket paths are. */
export const makeTempDirectory = async (t: ExecutionContext): Promise<string> => {
	const directory = await mkdtemp(path.join(tmpdir(), 'osg-'));
	t.teardown(() => rm(directory, {recursive: true, force: true}));
	return directory;
};
