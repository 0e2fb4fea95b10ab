/**
Every reason for which a client is refused: stable names, in one place. `error` is the word
of the wire contract, `status` the HTTP status, `proposable` whether a proposal could help
(then the denial carries a `suggested_operation`). docs/CODES.md is tested against this table.
*/
export const denialCodes = {
	no_policy: code('policy_denied', 403, false, 'No policy is loaded, so nothing is allowed.'),
	no_endpoint: code('policy_denied', 403, true, 'No rule names this host and port.'),
	binary_not_allowed: code(
		'policy_denied',
		403,
		true,
		'A rule names this host and port, but not for this binary.',
	),
	not_permitted: code('policy_denied', 403, true, 'No allow rule matches this request.'),
	no_endpoint_path: code('policy_denied', 403, true, 'No endpoint path covers this request.'),
	deny_rule: code('policy_denied', 403, false, 'A deny rule matches this request.'),
	uninspected_bytes: code(
		'policy_denied',
		403,
		false,
		'The place is inspected and these bytes are not HTTP, so they cannot be inspected.',
	),
	raw_tunnel_only: code(
		'policy_denied',
		403,
		false,
		'The place is a raw tunnel (tls: skip), which carries no single requests; use CONNECT.',
	),
	upgrade_not_allowed: code(
		'policy_denied',
		403,
		false,
		'An upgrade opens a channel that nobody reads; no rule allows one here.',
	),
	policy_changed: code(
		'policy_denied',
		403,
		false,
		'The policy changed while the connection was being made; try again.',
	),
	identity_unknown: code(
		'policy_denied',
		403,
		false,
		'The program that holds the connection could not be told.',
	),
	policy_error: code('policy_denied', 403, false, 'Deciding failed, so the answer is no.'),
	plugin_denied: code('policy_denied', 403, false, 'A plugin refused it.'),
	address_internal: code('ssrf_denied', 403, false, 'The name leads to a private address.'),
	address_blocked: code('ssrf_denied', 403, false, 'The address may never be reached.'),
	address_not_listed: code(
		'ssrf_denied',
		403,
		false,
		'The address is not among the allowed_ips of the endpoint.',
	),
	port_blocked: code('ssrf_denied', 403, false, 'The port belongs to a control plane.'),
	allowed_ips_invalid: code('ssrf_denied', 403, false, 'allowed_ips covers a blocked range.'),
	name_unresolved: code('upstream_unreachable', 502, false, 'The name does not resolve.'),
	upstream_unreachable: code(
		'upstream_unreachable',
		502,
		false,
		'The place could not be reached, although policy allows it.',
	),
	upstream_tls: code(
		'upstream_unreachable',
		502,
		false,
		"The place's certificate could not be verified.",
	),
	upstream_broken: code('upstream_unreachable', 502, false, 'The answer was not valid HTTP.'),
	upstream_timeout: code('upstream_unreachable', 504, false, 'The place did not answer in time.'),
	malformed_request: code('invalid_request', 400, false, 'The request is not valid HTTP.'),
	malformed_target: code(
		'invalid_request_target',
		400,
		false,
		'The request target is not canonical or not allowed in this form.',
	),
	malformed_authority: code('invalid_request', 400, false, 'The host and port cannot be read.'),
	duplicate_host: code('invalid_request', 400, false, 'The request has more than one Host.'),
	authority_mismatch: code(
		'request_authority_mismatch',
		421,
		false,
		'CONNECT, SNI and Host must name the same place.',
	),
	method_override: code(
		'invalid_request',
		400,
		false,
		'A header would make the server see another method, path or host than policy saw.',
	),
	body_framing: code('invalid_request', 400, false, 'The length of the body is ambiguous.'),
	expectation_failed: code('invalid_request', 417, false, 'Only Expect: 100-continue is known.'),
	https_absolute_form: code('invalid_request', 400, false, 'Use CONNECT for https URLs.'),
	unsupported_scheme: code(
		'unsupported_proxy_scheme',
		400,
		false,
		'Only http and, through CONNECT, https are proxied.',
	),
	nested_connect: code('invalid_request', 400, false, 'CONNECT inside a tunnel is not proxied.'),
	head_too_large: code('invalid_request', 431, false, 'The request head is too large.'),
	request_timeout: code('invalid_request', 408, false, 'The request did not arrive in time.'),
	too_many_connections: code('overloaded', 503, false, 'Too many connections are open.'),
	log_unwritable: code(
		'overloaded',
		503,
		false,
		'The record cannot be written, so nothing new is let through.',
	),
	proxy_auth_required: code(
		'proxy_authentication_required',
		407,
		false,
		"The sandbox's own proxy token is missing or wrong.",
	),
} as const;

export type DenialCode = keyof typeof denialCodes;

export type CodeFacts = {
	readonly error: string;
	readonly status: number;
	readonly proposable: boolean;
	readonly meaning: string;
};

function code(error: string, status: number, proposable: boolean, meaning: string): CodeFacts {
	return {error, status, proposable, meaning};
}
