import {parseAddress, parseAddressRange} from './address.ts';
import {classifyAddress, reachesAlwaysBlocked, reachesInternal} from './address-class.ts';
import type {Endpoint, NetworkRule} from './policy.ts';

/**
What a reviewer should look at twice in a rule, in the words of the wire contract (§5.3), joined
with a space; empty where nothing stands out. Destinations that may never be reached give no
note: they fail when the rule is used.
*/
export const securityNotes = (rule: NetworkRule): string =>
	rule.endpoints.flatMap(endpoint => [...hostNotes(endpoint), ...portNotes(endpoint)]).join(' ');

const hostNotes = (endpoint: Endpoint): readonly string[] => {
	const {host, allowed_ips: allowedIps} = endpoint;
	return [
		...note(
			endpoint.allow_uninspected_credentials,
			`Endpoint '${host}' explicitly allows credentials on traffic OpenShell cannot inspect or rewrite.`,
		),
		...note(
			isInternalLiteral(host),
			`Destination '${host}' appears to be an internal/private address.`,
		),
		...note(
			host.includes('*'),
			`Host '${host}' contains a wildcard — this may match unintended destinations.`,
		),
		...allowedIps
			.filter(isInternalRange)
			.map(entry => `allowed_ips includes private/internal range '${entry}'.`),
		...note(
			host === '' && allowedIps.length > 0,
			'allowed_ips allowlist is hostless and may match any hostname resolving within the configured range.',
		),
	];
};

const portNotes = ({ports}: Endpoint): readonly string[] =>
	ports.flatMap(port => [
		...note(
			port > lastPermanentPort,
			`Port ${port} is in the ephemeral range — this may be a temporary service.`,
		),
		...note(servicePorts.has(port), `Port ${port} is a well-known database/service port.`),
	]);

const note = (applies: boolean, text: string): readonly string[] => (applies ? [text] : []);

const isInternalLiteral = (host: string): boolean => {
	const address = parseAddress(host);
	return address.ok && classifyAddress(address.value) === 'internal';
};

const isInternalRange = (entry: string): boolean => {
	const range = parseAddressRange(entry);
	return range.ok && !reachesAlwaysBlocked(range.value) && reachesInternal(range.value);
};

const lastPermanentPort = 49152;

/** PostgreSQL, MySQL, Redis, MongoDB, Elasticsearch, Memcached, AMQP. */
const servicePorts: ReadonlySet<number> = new Set([5432, 3306, 6379, 27017, 9200, 11211, 5672]);
