import {randomBytes} from 'node:crypto';
import {connect} from 'node:net';
import path from 'node:path';
import test from 'ava';
import {listenTls} from '../../../gateway/server/listen.ts';
import {placesIn} from '../../../gateway/server/places.ts';
import {openPki} from '../../../gateway/service/pki.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';
import {Line} from '../../helpers/wire.ts';

test('who connects to the gateway and never finishes the handshake is closed (X33)', async t => {
	const folder = await temporaryDirectory(t);
	const pki = await openPki(path.join(folder, 'pki'), {now: Date.now, random: randomBytes});
	const listener = await listenTls(pki, () => t.fail(), placesIn(folder, folder), 20);
	const line = new Line(connect(Number(new URL(listener.url).port), '127.0.0.1'));
	await line.rest();
	await listener.close();
	t.pass();
});
