import type {SandboxName} from '../../policies/model/names.ts';
import type {PluginHost} from '../../policies/model/plugin.ts';
import {defaultSettings} from '../../policies/model/settings.ts';
import {manualClock} from './manual-clock.ts';

/** A host with nothing behind it: no policy, no gateway, no denials, no log. A test gives what it asks about. */
export const fakeHost = (ports: Partial<PluginHost> = {}): PluginHost => ({
	sandbox: {
		name: 'demo' as SandboxName,
		tier: 'advisory',
		skillFile: '/opt/openshell/skills/policy_advisor.md',
	},
	policy: {current: () => undefined, onSwap: () => () => undefined},
	gateway: undefined,
	denials: {recent: () => [], find: () => undefined},
	logs: {lines: async () => ({lines: [], log_available: false})},
	settings: () => defaultSettings,
	clock: manualClock(),
	newId: () => '01JD8Q4ZK30000000000000000',
	config: {},
	...ports,
});
