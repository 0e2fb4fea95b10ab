import {type Address, parseAddress, rangeContains} from './address.ts';
import {carriedAddresses, classifyAddress} from './address-class.ts';
import type {AllowList} from './compile/allow-list.ts';
import {entriesAt} from './compile/places.ts';
import type {CompiledPolicy} from './compile.ts';
import type {Intent} from './intent.ts';
import {closedPlace, type GuardError} from './never-reached.ts';
import {err, ok, type Result} from './result.ts';

/** What no rule opens because it is ours: the addresses of this machine and the ports we listen on. */
export type Surroundings = {
	readonly interfaceAddresses: readonly string[];
	readonly ownPorts: readonly number[];
};

/**
Whether an allowed intent may be carried to the addresses its host resolved to (contract §1.10,
decisions 7 and 8). Returns the addresses to dial, in their canonical form and order. All must
pass: one bad answer spoils the name. Private networks open only through `allowed_ips` in the
policy text; loopback, link-local, metadata services, control planes and ourselves never do.
*/
export const guard = (
	compiled: CompiledPolicy,
	intent: Intent,
	addresses: readonly string[],
	surroundings: Surroundings,
): Result<readonly string[], GuardError> => {
	const fault = placeFault(intent, surroundings);
	if (fault) {
		return err(fault);
	}

	if (addresses.length === 0) {
		return err({code: 'name_unresolved', reason: `${intent.host} has no address`});
	}

	const lists = allowLists(compiled, intent);
	if (!lists.ok) {
		return lists;
	}

	const own = new Set(surroundings.interfaceAddresses.map(canonical));
	const passed: string[] = [];
	for (const text of addresses) {
		const address = parseAddress(text);
		const refused = address.ok
			? addressFault(address.value, intent.host, lists.value, own)
			: blocked(intent.host, text);
		if (refused || !address.ok) {
			return err(refused ?? blocked(intent.host, text));
		}

		passed.push(address.value.text);
	}

	return ok(passed);
};

const placeFault = (place: Intent, {ownPorts}: Surroundings): GuardError | undefined => {
	const closed = closedPlace(place);
	const isOurs = ownPorts.includes(place.port);
	if (closed || !isOurs) {
		return closed;
	}

	// On every address, because this machine may have one outside that no interface shows.
	const reason = `port ${place.port} is one that OpenShell itself listens on, connection rejected`;
	return {code: 'port_blocked', reason};
};

/** One per endpoint of the caller for this place. They agree, or else all of them count. */
const allowLists = (
	compiled: CompiledPolicy,
	{host, port, caller}: Intent,
): Result<readonly AllowList[], GuardError> => {
	const lists: AllowList[] = [];
	for (const {rule, allowList} of entriesAt(compiled.places, host, port)) {
		if (rule.binaries.holds(caller)) {
			if (!allowList.ok) {
				const reason = `invalid allowed_ips in policy: ${allowList.error}`;
				return err({code: 'allowed_ips_invalid', reason});
			}

			lists.push(allowList.value);
		}
	}

	return ok(lists);
};

const addressFault = (
	address: Address,
	host: string,
	lists: readonly AllowList[],
	own: ReadonlySet<string>,
): GuardError | undefined => {
	const kind = classifyAddress(address);
	const hasList = lists.some(list => list.length > 0);
	if (!hasList && kind !== 'public') {
		const reason = `${host} resolves to internal address ${address.text}, connection rejected`;
		return {code: 'address_internal', reason};
	}

	if (kind === 'always-blocked' || isOwn(address, own)) {
		return blocked(host, address.text);
	}

	const isListed = lists.every(list =>
		list.length === 0 ? kind === 'public' : list.some(range => rangeContains(range, address)),
	);
	return isListed
		? undefined
		: {
				code: 'address_not_listed',
				reason: `${host} resolves to ${address.text} which is not in allowed_ips, connection rejected`,
			};
};

/** However it is wrapped: NAT64 and 6to4 lead to the address they carry. */
const isOwn = (address: Address, own: ReadonlySet<string>): boolean =>
	[address, ...carriedAddresses(address)].some(({text}) => own.has(text));

const blocked = (host: string, address: string): GuardError => ({
	code: 'address_blocked',
	reason: `${host} resolves to always-blocked address ${address}, connection rejected`,
});

/** Without the zone that operating systems put after link-local addresses. */
const canonical = (text: string): string => {
	const address = parseAddress(text.replace(/%.*$/, ''));
	return address.ok ? address.value.text : text;
};
