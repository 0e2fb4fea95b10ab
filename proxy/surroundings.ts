import type {NetworkInterfaceInfo} from 'node:os';
import type {Surroundings} from '../policies/model/guard.ts';
import {interfaceCacheMs} from './gate-limits.ts';

export type SurroundingsDeps = {
	/** `os.networkInterfaces`. */
	interfaces(): NodeJS.Dict<NetworkInterfaceInfo[]>;
	/** Ports of ours, as far as known by now. */
	ownPorts(): readonly number[];
	now(): number;
};

/** This machine's addresses and our own ports, which no rule opens (X38); read again after a moment. */
export const makeSurroundings = (deps: SurroundingsDeps): (() => Surroundings) => {
	let readAt = Number.NEGATIVE_INFINITY;
	let interfaceAddresses: readonly string[] = [];
	return () => {
		const now = deps.now();
		// A clock that went back must not make the addresses live for ever.
		if (Math.abs(now - readAt) >= interfaceCacheMs) {
			readAt = now;
			interfaceAddresses = Object.values(deps.interfaces()).flatMap(each =>
				(each ?? []).map(({address}) => address),
			);
		}

		return {interfaceAddresses, ownPorts: deps.ownPorts()};
	};
};
