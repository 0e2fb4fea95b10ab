import type {CanonicalPath, Host} from './names.ts';

/** Who holds the client's end of a connection. Paths are of executables, never command lines. */
export type Caller = {
	readonly binary: string;
	/** Direct parent first, up to the sandbox's entry process. */
	readonly ancestors: readonly string[];
	readonly pid?: number;
};

/** What a client is about to do, in normal form: reach a place, or send one request to it. */
export type Intent = ConnectionIntent | RequestIntent;

export type ConnectionIntent = {
	readonly kind: 'connection';
	readonly host: Host;
	readonly port: number;
	readonly caller: Caller;
};

export type RequestIntent = {
	readonly kind: 'request';
	readonly host: Host;
	readonly port: number;
	readonly caller: Caller;
	readonly scheme: 'http' | 'https';
	/** Upper case. */
	readonly method: string;
	readonly path: CanonicalPath;
	/** The canonical path holds a kept `%2F`. */
	readonly encodedSlash: boolean;
	/** Decoded keys to decoded values, in order of arrival. */
	readonly query: ReadonlyMap<string, readonly string[]>;
	/** The protocol an `Upgrade` header asks for, lower case. */
	readonly upgrade?: string;
};
