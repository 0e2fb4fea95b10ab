import {rm, writeFile} from 'node:fs/promises';
import {connect} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {startProxy} from '../../proxy/start.ts';
import {authorization, depsOf, optionsOf, policy} from './proxy.ts';
import {Line} from './wire.ts';

/**
A process with a proxy whose state lies in the given folder, a small file system of its own. It fills
that disk, asks the proxy until it refuses for that reason, makes room, and asks until it does not
any more. Says on stdout what it was answered in the end.
*/
const folder = process.argv[2] ?? '';
const filler = path.join(folder, 'filler');
const proxy = await startProxy(optionsOf(folder, {policy: policy()}), depsOf(undefined));

const ask = async (): Promise<string> => {
	const line = new Line(connect(proxy.port, '127.0.0.1'));
	line.send(
		`GET http://closed.test/${'x'.repeat(200)} HTTP/1.1\r\nHost: closed.test\r\n${authorization}\r\n\r\n`,
	);
	const {body} = await line.response();
	line.socket.destroy();
	return body;
};

const until = async (isWanted: (body: string) => boolean): Promise<unknown> => {
	let body = await ask();
	while (!isWanted(body)) {
		body = await ask();
	}

	return JSON.parse(body);
};

// Node writes until the disk takes no more, and then says so.
await writeFile(filler, Buffer.alloc(64 * 1024 * 1024)).catch(() => undefined);
const full = await until(body => body.includes('log_unwritable'));
await rm(filler);
const freed = await until(body => !body.includes('log_unwritable'));
await proxy.close();
process.stdout.write(JSON.stringify({full, freed}));
