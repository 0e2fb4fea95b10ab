import type {Caller} from '../policies/model/intent.ts';
import type {ClientConnection} from './gate.ts';

/** What is being decided on, as far as it is known: enough for a denial and for the record. */
export type Subject = {
	readonly connection: ClientConnection;
	readonly host: string;
	readonly port: number;
	readonly caller?: Caller;
	/** The address dialled or refused. */
	readonly address?: string;
	readonly isConnectTo?: boolean;
	readonly request?: RequestSubject;
};

export type RequestSubject = {
	readonly id: string;
	readonly scheme: 'http' | 'https';
	/** As matched, upper case; as received where it was refused before. */
	readonly method: string;
	/** Canonical; empty where the target could not be read. */
	readonly path: string;
	/** Inside a CONNECT, where the wire contract words refusals differently (§4.1, §4.3). */
	readonly isTunnelled: boolean;
};
