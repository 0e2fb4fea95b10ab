import {
	type Address,
	type AddressRange,
	addressOfV4,
	parseAddressRange,
	rangeContains,
	rangesOverlap,
} from './address.ts';

/**
Where an address leads. `always-blocked`: nothing may go there, whatever policy says. `internal`:
only by `allowed_ips`. An address that carries an IPv4 address inside (NAT64, 6to4, Teredo,
IPv4-compatible) is judged by the worse of the two.
*/
export type AddressClass = 'always-blocked' | 'internal' | 'public';

export const classifyAddress = (address: Address): AddressClass => {
	const all = [address, ...carriedAddresses(address)];
	if (all.some(one => isIn(alwaysBlocked, one) || isIn(metadata, one))) {
		return 'always-blocked';
	}

	return all.some(one => isIn(internal, one)) ? 'internal' : 'public';
};

/**
True when a list of allowed addresses may not name this range: it reaches into an always-blocked
range. Cloud metadata addresses are single points inside ordinary networks, so a network around
one may be named; the point itself stays blocked.
*/
export const reachesAlwaysBlocked = (range: AddressRange): boolean =>
	alwaysBlockedEverywhere.some(blocked => rangesOverlap(blocked, range)) ||
	metadata.some(point => point.first <= range.first && range.last <= point.last);

/** True when some address of the range is internal, always-blocked or carries one that is. */
export const reachesInternal = (range: AddressRange): boolean =>
	[...alwaysBlockedEverywhere, ...metadata, ...internal].some(one => rangesOverlap(one, range));

const range = (text: string): AddressRange => {
	const parsed = parseAddressRange(text);
	if (!parsed.ok) {
		throw new TypeError(`not a range: ${text}`);
	}

	return parsed.value;
};

/** "This network", loopback, link-local, multicast, reserved with broadcast. */
const blockedV4 = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'];

const alwaysBlocked = [...blockedV4, '::', '::1', 'fe80::/10', 'ff00::/8'].map(range);

/** AWS over IPv6, Azure, Alibaba; 169.254.169.254 is link-local already. */
const metadata = ['fd00:ec2::254', '168.63.129.16', '100.100.100.200'].map(range);

const teredo = range('2001::/32');
const localNat64 = range('64:ff9b:1::/48');
const compatible = range('::/96');
const nat64 = range('64:ff9b::/96');
const sixToFour = range('2002::/16');

/** contract 1.10, with site-local and the carriers that no public service is reached through. */
const internal = [
	...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24'].map(range),
	...['192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'].map(range),
	...['fc00::/7', 'fec0::/10'].map(range),
	teredo,
	localNat64,
	compatible,
];

/** The blocked IPv4 ranges once more, as NAT64 and 6to4 carry them. */
const alwaysBlockedEverywhere: readonly AddressRange[] = [
	...alwaysBlocked,
	...blockedV4.map(range).flatMap(({text, first, last}) => {
		const [from, to] = [first & 0xffff_ffffn, last & 0xffff_ffffn];
		const carried = 1n << 80n;
		return [
			{text, first: nat64.first + from, last: nat64.first + to},
			{
				text,
				first: sixToFour.first + from * carried,
				last: sixToFour.first + to * carried + carried - 1n,
			},
		];
	}),
];

const isIn = (ranges: readonly AddressRange[], address: Address): boolean =>
	ranges.some(one => rangeContains(one, address));

/** The IPv4 addresses that traffic to this one may end at: RFC 6052, RFC 3056, RFC 4380, RFC 4291 2.5.5.1. */
export const carriedAddresses = ({value, text}: Address): readonly Address[] => {
	const address = {value, text};
	if (rangeContains(nat64, address) || rangeContains(compatible, address)) {
		return [addressOfV4(value)];
	}

	if (rangeContains(sixToFour, address)) {
		return [addressOfV4(value >> 80n)];
	}

	if (rangeContains(teredo, address)) {
		return [addressOfV4(value >> 64n), addressOfV4(~value)];
	}

	return rangeContains(localNat64, address) ? localNat64Addresses(value) : [];
};

/** A local prefix of 48, 56, 64 or 96 bits: the address lies around octet 8 and zeros follow it. */
const localNat64Addresses = (value: bigint): readonly Address[] => {
	const withoutOctet8 = ((value >> 64n) << 56n) | (value & ((1n << 56n) - 1n));
	return [
		addressOfV4(value),
		...[40n, 32n, 24n]
			.filter(after => (value & ((1n << after) - 1n)) === 0n)
			.map(after => addressOfV4(withoutOctet8 >> after)),
	];
};
