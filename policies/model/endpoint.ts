import type {Endpoint} from './policy.ts';

/** An endpoint that says nothing but what is given: every default of the language, explicit. */
export const makeEndpoint = (given: Partial<Endpoint>): Endpoint => ({...bare, ...given});

const bare: Endpoint = {
	host: '',
	ports: [],
	path: '',
	protocol: '',
	tls: '',
	enforcement: 'enforce',
	access: '',
	rules: [],
	deny_rules: [],
	allowed_ips: [],
	allow_encoded_slash: false,
	websocket_credential_rewrite: false,
	request_body_credential_rewrite: false,
	allow_uninspected_credentials: false,
	persisted_queries: '',
	graphql_persisted_queries: new Map(),
	graphql_max_body_bytes: 0,
	credential_signing: '',
	signing_service: '',
	signing_region: '',
};
