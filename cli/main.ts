#!/usr/bin/env node
import process from 'node:process';
import {readSurroundings} from './config.ts';
import {dispatch} from './dispatch.ts';
import {version} from './version.ts';

// A reader such as `head` may close our pipe: that ends the program, it is not an error.
process.stdout.on('error', () => process.exit(0));

const argv = process.argv.slice(2);
if (argv[0] === '--version' || argv[0] === '-V') {
	process.stdout.write(`${version}\n`);
} else {
	process.exitCode = await dispatch(argv, readSurroundings(), process);
}
