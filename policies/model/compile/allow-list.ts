import {type AddressRange, parseAddressRange} from '../address.ts';
import {reachesAlwaysBlocked} from '../address-class.ts';
import {err, ok, type Result} from '../result.ts';

/** The networks an endpoint may lead to; empty is every public address. */
export type AllowList = readonly AddressRange[];

/** Reads `allowed_ips`. One bad entry spoils the whole list: it was not meant as it would be read. */
export const readAllowList = (entries: readonly string[]): Result<AllowList, string> => {
	const list: AddressRange[] = [];
	for (const entry of entries) {
		const range = parseAddressRange(entry);
		if (!range.ok) {
			return err(`${entry} is ${range.error}`);
		}

		if (reachesAlwaysBlocked(range.value)) {
			return err(`${entry} overlaps an always-blocked range`);
		}

		list.push(range.value);
	}

	return ok(list);
};
