import type {DenialCode} from '../../policies/model/codes.ts';

const propose = 'Propose the narrowest rule that admits it, wait for the ruling, and retry.';
const fixRequest = 'Correct the request and send it again.';
const stop =
	'No proposal can change this. Do not look for another route to the same thing; tell your user what was refused and why.';
const upstream = 'Policy allows it, so a proposal cannot help. Check the name, or retry later.';
const operator = 'Ask the operator of the sandbox; a proposal cannot help.';
const later = 'Wait a few seconds and retry.';

/** What a client should do now, for every code; docs/CODES.md is tested against it. */
export const advice: Readonly<Record<DenialCode, string>> = {
	no_policy: operator,
	no_endpoint: propose,
	binary_not_allowed: propose,
	not_permitted: propose,
	no_endpoint_path: propose,
	deny_rule: stop,
	uninspected_bytes: 'Speak HTTP here; only the operator can declare the place a raw tunnel.',
	raw_tunnel_only: 'Send CONNECT for this host and port, and speak inside the tunnel.',
	upgrade_not_allowed: 'Use plain HTTP requests, or ask the operator for a rule that allows it.',
	policy_changed: 'Send it again; the policy now in force decides.',
	identity_unknown:
		'Connect from a program that runs inside the sandbox and keeps its socket to itself.',
	policy_error: operator,
	plugin_denied: stop,
	address_internal: stop,
	address_blocked: stop,
	address_not_listed: stop,
	port_blocked: stop,
	allowed_ips_invalid: operator,
	name_unresolved: upstream,
	upstream_unreachable: upstream,
	upstream_tls:
		'Policy allows it, but the place could not prove who it is. Do not turn verification off; tell your user.',
	upstream_broken: upstream,
	upstream_timeout: upstream,
	malformed_request: fixRequest,
	malformed_target:
		'Send the path in canonical form: no dot segments, no encoded slashes, no control characters.',
	malformed_authority: fixRequest,
	duplicate_host: 'Send exactly one Host header.',
	authority_mismatch: 'Use one name for CONNECT, TLS and Host.',
	method_override: 'Send the method, path and host you mean, without override headers.',
	body_framing: 'Send one Content-Length, or Transfer-Encoding: chunked, not both.',
	expectation_failed: 'Leave the Expect header out.',
	https_absolute_form: 'Use CONNECT for https URLs; most clients do so when HTTPS_PROXY is set.',
	unsupported_scheme: 'Use http or https.',
	nested_connect: 'Send requests, not CONNECT, inside the tunnel.',
	head_too_large: 'Send fewer or shorter headers.',
	request_timeout: 'Send the whole request without long pauses.',
	too_many_connections: later,
	log_unwritable: `${later} If it stays, tell your user: the disk of the log is full (free space on it), or the log has reached its bound for today (it goes on at midnight UTC).`,
	proxy_auth_required:
		'Use the proxy URL that the sandbox set in HTTP_PROXY and HTTPS_PROXY, unchanged.',
};
