import {stringify} from 'yaml';

/**
The policy the demonstration starts with: the agent may read the API. The git host is open to another
program, as a raw tunnel, so that git's own CONNECT is refused at L4.
*/
export const demoPolicy = (agentBinary: string): string =>
	stringify({
		version: 1,
		network_policies: {
			github_api: {
				endpoints: [
					{
						host: 'api.github.com',
						port: 443,
						protocol: 'rest',
						enforcement: 'enforce',
						access: 'read-only',
					},
				],
				binaries: [{path: literal(agentBinary)}],
			},
			github_git: {
				endpoints: [{host: 'github.com', port: 443, tls: 'skip'}],
				binaries: [{path: '/usr/bin/gh'}],
			},
		},
	});

/** Binaries are globs; this one means itself. */
const literal = (path: string): string => path.replaceAll(/[*?[\]{}\\]/g, String.raw`\$&`);
