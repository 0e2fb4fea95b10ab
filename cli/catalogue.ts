import type {Command} from './command.ts';

export type Entry = {
	readonly name: string;
	readonly summary: string;
	/** Loaded only when called, so that a proxy never loads the gateway's database or the dashboard's terminal. */
	load(): Promise<Command>;
};

/** Every command, in the order of the help. */
export const catalogue: readonly Entry[] = [
	{
		name: 'run',
		summary: 'Run a command in a sandbox: all its traffic obeys a policy.',
		load: async () => (await import('./commands/run.ts')).run,
	},
	{
		name: 'demo',
		summary: 'Watch an agent be refused, ask, and go on, with a stand-in for GitHub.',
		load: async () => (await import('./commands/demo.ts')).demo,
	},
	{
		name: 'rule get',
		summary: 'List what a sandbox has proposed.',
		load: async () => (await import('./commands/rule-get.ts')).ruleGet,
	},
	{
		name: 'rule show',
		summary: 'Show one proposal whole, so that it can be ruled on.',
		load: async () => (await import('./commands/rule-show.ts')).ruleShow,
	},
	{
		name: 'rule approve',
		summary: 'Approve a proposal that you have seen.',
		load: async () => (await import('./commands/rule-approve.ts')).ruleApprove,
	},
	{
		name: 'rule reject',
		summary: 'Reject a proposal, with guidance for the agent if you like.',
		load: async () => (await import('./commands/rule-reject.ts')).ruleReject,
	},
	{
		name: 'policy check',
		summary: 'Say what is wrong or odd in a policy file.',
		load: async () => (await import('./commands/policy-check.ts')).policyCheck,
	},
	{
		name: 'policy explain',
		summary: 'Say what a policy answers to a request, and why.',
		load: async () => (await import('./commands/policy-explain.ts')).policyExplain,
	},
	{
		name: 'sandbox list',
		summary: 'List the sandboxes of the gateway.',
		load: async () => (await import('./commands/sandbox-list.ts')).sandboxList,
	},
	{
		name: 'settings get',
		summary: 'Show the settings of a sandbox, or those of all.',
		load: async () => (await import('./commands/settings-get.ts')).settingsGet,
	},
	{
		name: 'settings set',
		summary: 'Change a setting of a sandbox, or of all.',
		load: async () => (await import('./commands/settings-set.ts')).settingsSet,
	},
	{
		name: 'gateway start',
		summary: 'Start the gateway, which keeps proposals and rulings.',
		load: async () => (await import('./commands/gateway-start.ts')).gatewayStart,
	},
	{
		name: 'gateway status',
		summary: 'Say whether the gateway answers, and what it is.',
		load: async () => (await import('./commands/gateway-status.ts')).gatewayStatus,
	},
	{
		name: 'gateway stop',
		summary: 'Stop the gateway; sandboxes keep the policy they have.',
		load: async () => (await import('./commands/gateway-stop.ts')).gatewayStop,
	},
	{
		name: 'proxy start',
		summary: 'Start the proxy of one sandbox.',
		load: async () => (await import('./commands/proxy-start.ts')).proxyStart,
	},
];
