import {lookup} from 'node:dns/promises';
import {connect, type Socket} from 'node:net';
import {setImmediate} from 'node:timers/promises';
import type {SocketPlace} from './gate.ts';

/** Every address of a name, as the system resolves it: the hosts file first, in the resolver's order. */
export const lookupAll = async (host: string): Promise<readonly {readonly address: string}[]> =>
	lookup(host, {all: true, verbatim: true});

/** A TCP connection to a decided address. Half-open is allowed, because tunnels need it. */
export const openTcp = ({address, port}: SocketPlace): Socket =>
	connect({host: address, port, allowHalfOpen: true, noDelay: true});

/** Lets everything else that is ready run first. */
export const yieldToLoop = async (): Promise<void> => setImmediate();
