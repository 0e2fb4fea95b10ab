import {readlink} from 'node:fs/promises';
import type {Socket} from 'node:net';
import koffi from 'koffi';

/** Who is at the other end of a Unix socket, as the kernel says. */
export type Peer = {readonly pid: number; readonly uid: number};

/**
Whether a peer may review: the same user, in the same network namespace. A program that was
confined to its own namespace reaches this socket only by mistake (X4).
*/
export const mayReview = async (
	peer: Peer | undefined,
	uid: number,
	namespaceOf: (process: string) => Promise<string> = readNamespace,
): Promise<boolean> => {
	if (peer === undefined || peer.uid !== uid) {
		return false;
	}

	const [theirs, ours] = await Promise.all([
		namespaceOf(String(peer.pid)).catch(() => undefined),
		namespaceOf('self').catch(() => undefined),
	]);
	return theirs !== undefined && theirs === ours;
};

const readNamespace = (process: string): Promise<string> => readlink(`/proc/${process}/ns/net`);

/** Reads SO_PEERCRED (unix(7)); undefined where it cannot be told. */
export const readPeer = (socket: Socket): Peer | undefined => {
	const fd = (socket as Socket & {_handle?: {fd?: number}})._handle?.fd;
	if (process.platform !== 'linux' || fd === undefined || fd < 0) {
		return undefined;
	}

	const credentials = new Int32Array(3);
	const length = [credentials.byteLength];
	const status: unknown = getsockopt(fd, solSocket, soPeercred, credentials, length);
	const [pid, uid] = credentials;
	return status === 0 && length[0] === credentials.byteLength && pid !== undefined
		? {pid, uid: uid ?? -1}
		: undefined;
};

const solSocket = 1;
const soPeercred = 17;

const getsockopt = koffi
	.load(null)
	.func(
		'int getsockopt(int socket, int level, int name, _Out_ int *value, _Inout_ uint32_t *length)',
	);
