import ipaddr from 'ipaddr.js';
import {err, ok, type Result} from './result.ts';

/**
An IP address. IPv4 and IPv4-mapped IPv6 are the same address: `value` is 128 bits wide with IPv4
under `::ffff:0:0/96`, `text` is dotted decimal for both and RFC 5952 for the rest.
*/
export type Address = {readonly text: string; readonly value: bigint};

/** Addresses from `first` to `last`. A single address is a range of one. */
export type AddressRange = {readonly text: string; readonly first: bigint; readonly last: bigint};

/** Four decimal parts, or IPv6 without brackets and without a zone. */
export const parseAddress = (text: string): Result<Address, string> => {
	if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
		return ok(addressOf(mappedPrefix | bigOf(ipaddr.IPv4.parse(text).toByteArray())));
	}

	const groups = withoutDots(text);
	return /^[\da-f:]+$/i.test(groups) && ipaddr.IPv6.isValid(groups)
		? ok(addressOf(bigOf(ipaddr.IPv6.parse(groups).toByteArray())))
		: err('not an IP address');
};

/** `::1.2.3.4` is `::102:304`; ipaddr.js would take it for an IPv4-mapped address, and accept octal. */
const withoutDots = (text: string): string =>
	text.replace(/(?<=:)[\d.]*\.[\d.]*$/, dotted => {
		if (!ipaddr.IPv4.isValidFourPartDecimal(dotted)) {
			return dotted;
		}

		const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(dotted).toByteArray();
		return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
	});

/** An address, or a network in CIDR notation; host bits are cleared. */
export const parseAddressRange = (text: string): Result<AddressRange, string> => {
	const [base = '', prefix, ...rest] = text.split('/');
	const address = parseAddress(base);
	if (!address.ok || rest.length > 0) {
		return err('not an IP address, and not a network such as 10.0.0.0/8');
	}

	const {value} = address.value;
	if (prefix === undefined) {
		return ok({text: address.value.text, first: value, last: value});
	}

	const width = base.includes(':') ? 128 : 32;
	if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > width) {
		return err(`the prefix of a network is 0 to ${width}`);
	}

	return ok(networkOf(value, width - Number(prefix)));
};

export const rangeContains = (range: AddressRange, address: Address): boolean =>
	range.first <= address.value && address.value <= range.last;

export const rangesOverlap = (a: AddressRange, b: AddressRange): boolean =>
	a.first <= b.last && b.first <= a.last;

/** The address of 128 bits. */
const addressOf = (value: bigint): Address => {
	const bytes = Array.from({length: 16}, (_, index) =>
		Number((value >> BigInt(120 - index * 8)) & 0xffn),
	);
	const address = ipaddr.fromByteArray(bytes) as ipaddr.IPv6;
	return {
		text: address.isIPv4MappedAddress()
			? address.toIPv4Address().toString()
			: address.toRFC5952String(),
		value,
	};
};

/** The IPv4 address of 32 bits. */
export const addressOfV4 = (value: bigint): Address =>
	addressOf(mappedPrefix | (value & 0xffff_ffffn));

const mappedPrefix = 0xffffn << 32n;

const bigOf = (bytes: readonly number[]): bigint =>
	bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

const networkOf = (value: bigint, hostBits: number): AddressRange => {
	const mask = (1n << BigInt(hostBits)) - 1n;
	const first = value & ~mask;
	const base = addressOf(first).text;
	const width = base.includes(':') ? 128 : 32;
	return {text: `${base}/${width - hostBits}`, first, last: value | mask};
};
