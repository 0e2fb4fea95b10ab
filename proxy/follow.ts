import type {LoadReport, SandboxConfig} from '../gateway/client/wire.ts';
import type {PolicyInForce} from '../policies/model/plugin.ts';
import {err, type Result} from '../policies/model/result.ts';
import type {Settings} from '../policies/model/settings.ts';
import {followPauseMs} from './gate-limits.ts';
import type {PolicyText} from './load.ts';
import {makeRepeat} from './repeat.ts';

/** What the gateway wants in force, followed for as long as the proxy lives. */
export type Follow = {
	/** Tries what the gateway has now; the error says why nothing came of it. */
	start(): Promise<Result<PolicyInForce, Unloaded>>;
	/** Something may have changed: looks again, until what was found is settled. */
	look(): void;
	settings(): Settings;
};

/** `silent`: the gateway gave no configuration; `unusable`: what it gave was refused here. */
export type Unloaded = {readonly kind: 'silent' | 'unusable'; readonly error: string};

export type FollowDeps = {
	fetch(): Promise<Result<SandboxConfig, string>>;
	/** Parse, compile, swap; on error the previous policy stays in force. */
	load(text: PolicyText): Result<PolicyInForce, string>;
	/** False: the gateway did not hear it, so it must be said again, for a ruling waits for it. */
	report(revision: number, report: LoadReport): Promise<boolean>;
	/** Told after a policy came into force. */
	loaded(policy: PolicyInForce): void;
	sleep(ms: number, signal: AbortSignal): Promise<void>;
	/** Until the gateway says otherwise. */
	readonly settings: Settings;
	readonly signal: AbortSignal;
};

/** One look at a time; each revision is tried once, and its outcome told until the gateway has it. */
export const makeFollow = (deps: FollowDeps): Follow => {
	const state: State = {settings: deps.settings, tried: undefined};
	let tell: (result: Looked['result']) => void = () => undefined;
	const first = new Promise<Looked['result']>(resolve => {
		tell = resolve;
	});
	const repeat = makeRepeat({
		signal: deps.signal,
		async step() {
			const {result, isSettled} = await look(deps, state).catch(broken);
			tell(result);
			return isSettled;
		},
		pause: async signal => deps.sleep(followPauseMs, signal),
	});

	return {
		async start() {
			repeat.ask();
			return first;
		},
		look: repeat.ask,
		settings: () => state.settings,
	};
};

/** Something of ours failed on the way: nothing is settled, and it is tried again. */
const broken = (error: unknown): Looked => ({
	result: err({
		kind: 'unusable',
		error: error instanceof Error ? error.message : 'following the gateway failed',
	}),
	isSettled: false,
});

type State = {settings: Settings; tried: Tried | undefined};

type Tried = {
	readonly revision: number;
	readonly result: Result<PolicyInForce, string>;
	isTold: boolean;
};

type Looked = {
	readonly result: Result<PolicyInForce, Unloaded>;
	/** The gateway was heard, and has heard what became of its revision. */
	readonly isSettled: boolean;
};

const look = async (deps: FollowDeps, state: State): Promise<Looked> => {
	const fetched = await deps.fetch();
	if (!fetched.ok) {
		return {result: err({kind: 'silent', error: fetched.error}), isSettled: false};
	}

	state.settings = fetched.value.settings;
	const tried = tryOnce(deps, state, fetched.value);
	const {result, revision} = tried;
	tried.isTold ||= await deps.report(
		revision,
		result.ok ? {loaded: true} : {loaded: false, error: result.error},
	);
	return {
		result: result.ok ? result : err({kind: 'unusable', error: result.error}),
		isSettled: tried.isTold,
	};
};

const tryOnce = (deps: FollowDeps, state: State, config: SandboxConfig): Tried => {
	const {revision, hash, policy_yaml: yaml} = config;
	if (state.tried?.revision !== revision) {
		const result = deps.load({source: 'gateway', revision, yaml, hash});
		state.tried = {revision, result, isTold: false};
		if (result.ok) {
			deps.loaded(result.value);
		}
	}

	return state.tried;
};
