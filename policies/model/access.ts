import type {AccessPreset, AllowRule} from './policy.ts';

/** The methods an `access` preset stands for (contract §1.8); `read-write` has no DELETE. */
export const presetMethods: Readonly<Record<AccessPreset, readonly string[]>> = {
	'': [],
	'read-only': ['GET', 'HEAD', 'OPTIONS'],
	'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
	full: ['*'],
};

/** The same for `protocol: websocket`, whose client messages are the method WEBSOCKET_TEXT. */
export const websocketPresetMethods: Readonly<Record<AccessPreset, readonly string[]>> = {
	'': [],
	'read-only': ['GET'],
	'read-write': ['GET', 'WEBSOCKET_TEXT'],
	full: ['*'],
};

/** The explicit rules a preset stands for: each of its methods on any path. */
export const presetRules = (methods: readonly string[]): readonly AllowRule[] =>
	methods.map(method => ({allow: {method, path: '**'}}));
