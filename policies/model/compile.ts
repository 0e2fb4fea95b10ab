import type {Policy, Problem} from './policy.ts';
import type {Registry} from './protocol.ts';
import type {Result} from './result.ts';

/** A policy made ready to answer: patterns compiled once, rules indexed by port and host. */
export type CompiledPolicy = {readonly policy: Policy};

/** Refuses a policy that uses a protocol word the registry lacks. */
export type Compile = (
	policy: Policy,
	registry: Registry,
) => Result<CompiledPolicy, readonly Problem[]>;
