import {hostPatternsOverlap} from '../host-pattern.ts';
import type {Endpoint, Policy} from '../policy.ts';
import {pathScopesOverlap} from '../scope.ts';
import {isSameMcpContract} from './mcp.ts';
import type {MergeError} from './outcome.ts';

/**
An MCP endpoint promises what it inspects. Two endpoints for the same place break that promise
when their options differ, or when another protocol claims some of its paths. A conflict that
was there before is not the operation's fault.
*/
export const contractFault = (before: Policy, after: Policy): MergeError | undefined => {
	const known = new Set(conflicts(before));
	const fresh = conflicts(after).filter(conflict => !known.has(conflict));
	return fresh.length === 0
		? undefined
		: {kind: 'ConflictingInspectionContracts', message: fresh.join('; ')};
};

const conflicts = (policy: Policy): readonly string[] => {
	const endpoints = [...policy.network_policies.values()]
		.flatMap(({endpoints}) => endpoints)
		.filter(({protocol}) => protocol !== '' && protocol !== 'tcp');
	return endpoints
		.filter(({protocol}) => protocol === 'mcp')
		.flatMap(mcp =>
			endpoints
				.filter(other => other !== mcp && isShared(mcp, other) && isConflict(mcp, other))
				.map(other => `${describe(mcp)} and ${describe(other)} cannot be inspected together`),
		);
};

const isShared = (a: Endpoint, b: Endpoint): boolean =>
	a.ports.some(port => b.ports.includes(port)) && hostPatternsOverlap(a.host, b.host);

const isConflict = (mcp: Endpoint, other: Endpoint): boolean =>
	other.protocol === 'mcp'
		? !isSameMcpContract(mcp, other)
		: pathScopesOverlap(mcp.path, other.path);

const describe = ({host, ports, path, protocol}: Endpoint): string =>
	`${host || '<any-host>'}:${ports.join(',')}${path} (protocol: ${protocol})`;
