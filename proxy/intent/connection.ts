import {err, ok, type Result} from '../../policies/model/result.ts';
import {type Place, parseAuthority} from './authority.ts';
import type {Malformed} from './malformed.ts';

/** The target of a CONNECT: exactly `host:port`, the port written (RFC 9110 §9.3.6). */
export const readConnectTarget = (target: string): Result<Place, Malformed> => {
	const place = parseAuthority(target);
	return place.ok
		? ok(place.value)
		: err({code: 'malformed_authority', reason: `CONNECT: ${place.error}`});
};
