import type {IncomingMessage} from 'node:http';
import type {Socket} from 'node:net';
import {TLSSocket} from 'node:tls';
import {parseId, type SandboxId, type SandboxName} from '../../policies/model/names.ts';
import type {Store} from '../store/open.ts';
import {findSandboxById} from '../store/sandboxes.ts';
import {mayReview, readPeer} from './peer.ts';

/** Who asks. A sandbox is what its certificate says and can never become a reviewer. */
export type Principal =
	| {readonly kind: 'reviewer'; readonly name: string}
	| {
			readonly kind: 'sandbox';
			readonly id: SandboxId;
			readonly name: SandboxName;
			/** Of the certificate it showed. */
			readonly serial: string;
	  };

export type PrincipalDeps = {
	readonly store: Store;
	/** Milliseconds since the epoch. */
	now(): number;
	/** The user the gateway runs as; reviewers are the same one. */
	readonly uid: number;
	/** That user's name, for rulings. */
	readonly userName: string;
};

/** Tells who is at the other end of a request; undefined is nobody (401). */
export const readPrincipal = (
	deps: PrincipalDeps,
	request: IncomingMessage,
): Promise<Principal | undefined> =>
	request.socket instanceof TLSSocket
		? readSandbox(deps, request.socket)
		: readReviewer(deps, request.socket);

/** The kernel remembers who connected, so one look per connection is enough. */
const reviewers = new WeakMap<Socket, Promise<boolean>>();

const readReviewer = async (
	deps: PrincipalDeps,
	socket: Socket,
): Promise<Principal | undefined> => {
	const known = reviewers.get(socket) ?? mayReview(readPeer(socket), deps.uid);
	reviewers.set(socket, known);
	return (await known) ? {kind: 'reviewer', name: deps.userName} : undefined;
};

/**
TLS has checked the chain; here the certificate must still be the one that the gateway issued
last (or just renewed) to a sandbox that still exists, and must not have run out meanwhile.
*/
const readSandbox = async (
	deps: PrincipalDeps,
	socket: TLSSocket,
): Promise<Principal | undefined> => {
	const certificate = socket.getPeerX509Certificate();
	if (!socket.authorized || certificate === undefined) {
		return undefined;
	}

	const id = parseId('sandbox', certificate.subjectAltName?.replace(uriPrefix, '') ?? '');
	if (!id.ok || Date.parse(certificate.validTo) <= deps.now()) {
		return undefined;
	}

	const row = await deps.store.read(read => findSandboxById(read, id.value));
	const isCurrent =
		row !== undefined &&
		certificate.subject === `CN=${row.name}` &&
		[row.serial, row.previous_serial].includes(certificate.serialNumber);
	return isCurrent
		? {kind: 'sandbox', id: row.id, name: row.name, serial: certificate.serialNumber}
		: undefined;
};

const uriPrefix = /^URI:openshell:\/\/sandbox\//;
