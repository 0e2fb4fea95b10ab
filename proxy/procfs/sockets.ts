import {readFile} from 'node:fs/promises';
import {endianness} from 'node:os';
import ipaddr from 'ipaddr.js';
import type {ClientConnection, SocketPlace} from '../gate.ts';

/** One row of the kernel's TCP tables, as far as we need it. */
export type SocketRow = {
	readonly uid: number;
	/** 0 when no process owns the socket any more. */
	readonly inode: number;
};

/**
The client's end of each connection in `net/tcp` and `net/tcp6`: the row whose local address is
the connection's remote one and the other way round. Undefined where there is none. Both tables
are searched in both spellings, because a client may reach IPv4 through a mapped IPv6 socket.
*/
export const findSockets = async (
	proc: string,
	connections: readonly ClientConnection[],
): Promise<readonly (SocketRow | undefined)[]> => {
	const [tcp, tcp6] = await Promise.all([
		readFile(`${proc}/net/tcp`, 'latin1'),
		// A kernel without IPv6 has no such file, and then no such socket.
		readFile(`${proc}/net/tcp6`, 'latin1').catch(() => ''),
	]);
	return connections.map(
		({remote, local}) =>
			findRow(tcp, pair(remote, local, shortBytes)) ??
			findRow(tcp6, pair(remote, local, longBytes)),
	);
};

type Bytes = (address: string) => readonly number[] | undefined;

/** `0100007F:1F90 0100007F:C350 `: addresses as 32-bit words of this machine, ports big-endian. */
const pair = (client: SocketPlace, ours: SocketPlace, bytes: Bytes): string | undefined => {
	const places = [client, ours].map(({address, port}) => {
		const words = bytes(address);
		return words === undefined ? undefined : `${inWords(words)}:${hex(port, 4)}`;
	});
	return places.includes(undefined) ? undefined : `${places.join(' ')} `;
};

const shortBytes: Bytes = address => {
	const parsed = ipaddr.process(unscoped(address));
	return parsed.kind() === 'ipv4' ? parsed.toByteArray() : undefined;
};

const longBytes: Bytes = address => {
	const parsed = ipaddr.parse(unscoped(address));
	return 'toIPv4MappedAddress' in parsed
		? parsed.toIPv4MappedAddress().toByteArray()
		: parsed.toByteArray();
};

const unscoped = (address: string): string => address.replace(/%.*$/, '');

const inWords = (bytes: readonly number[]): string => {
	const words: string[] = [];
	for (let at = 0; at < bytes.length; at += 4) {
		const word = bytes.slice(at, at + 4);
		words.push(...(endianness() === 'LE' ? word.reverse() : word).map(byte => hex(byte, 2)));
	}

	return words.join('');
};

const hex = (value: number, width: number): string =>
	value.toString(16).toUpperCase().padStart(width, '0');

/** After the addresses a row goes on: state, queues, timer, retransmits, uid, timeout, inode. */
const findRow = (table: string, addresses: string | undefined): SocketRow | undefined => {
	const at = addresses === undefined ? -1 : table.indexOf(`: ${addresses}`);
	if (at === -1 || addresses === undefined) {
		return undefined;
	}

	const end = table.indexOf('\n', at);
	const fields = table
		.slice(at + addresses.length + 2, end === -1 ? undefined : end)
		.trim()
		.split(/\s+/);
	return {uid: Number(fields[4]), inode: Number(fields[6])};
};
