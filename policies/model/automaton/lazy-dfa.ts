import {anyChar, contains} from './char-set.ts';
import type {Nfa} from './nfa.ts';
import {type SymbolClasses, symbolClassesOf} from './symbol-classes.ts';

/** Thrown by an automaton told to fail at its bound; a prover turns it into `incomplete`. */
export class AutomatonLimit extends Error {
	override readonly name = 'AutomatonLimit';
}

export type LazyDfaOptions = {
	readonly maxStates: number;
	/**
	What happens at the bound. `restart` forgets every state but the newest: right for matching,
	which holds one state at a time. `fail` throws: right for searches, which hold many.
	*/
	readonly atBound: 'restart' | 'fail';
};

/** A deterministic automaton whose states are made when they are first reached. */
export class LazyDfa {
	/** Nothing is accepted from here. */
	static readonly dead = 0;
	readonly classes: SymbolClasses;
	readonly #nfa: Nfa;
	readonly #options: LazyDfaOptions;
	/** Per symbol class and state of the NFA: 1 where the class may enter. */
	readonly #enters: readonly Uint8Array[];
	/** From these NFA states everything is accepted, so a set that holds one is one state. */
	readonly #universal: ReadonlySet<number>;
	#ids = new Map<string, number>();
	#members: Array<readonly number[]> = [];
	#rows: Int32Array[] = [];
	#flags: number[] = [];
	#start: number | undefined;

	constructor(nfa: Nfa, options: LazyDfaOptions) {
		this.#nfa = nfa;
		this.#options = options;
		this.classes = symbolClassesOf(nfa.entry);
		this.#enters = this.classes.representatives.map(symbol =>
			Uint8Array.from(nfa.entry, set => (contains(set, symbol) ? 1 : 0)),
		);
		this.#universal = new Set([...nfa.entry.keys()].filter(state => isUniversal(nfa, state)));
		this.#clear();
	}

	/** Valid until the next `step`; ask again for each text. */
	start(): number {
		this.#start ??= this.#intern([0]);
		return this.#start;
	}

	step(state: number, symbolClass: number): number {
		const known = this.#rows[state]?.[symbolClass] ?? unknown;
		return known === unknown ? this.#discover(state, symbolClass) : known;
	}

	isAccepting(state: number): boolean {
		return ((this.#flags[state] ?? 0) & accepting) !== 0;
	}

	/** Everything is accepted from here. */
	isUniversal(state: number): boolean {
		return ((this.#flags[state] ?? 0) & universal) !== 0;
	}

	/** Reads the whole text. Linear in its length. */
	test(text: string): boolean {
		let state = this.start();
		for (let index = 0; index < text.length; index++) {
			const symbol = text.codePointAt(index) ?? 0;
			index += symbol > 0xff_ff ? 1 : 0;
			state = this.step(state, this.classes.classOf(symbol));
			if (state === LazyDfa.dead || this.isUniversal(state)) {
				break;
			}
		}

		return this.isAccepting(state);
	}

	get size(): number {
		return this.#members.length;
	}

	#discover(state: number, symbolClass: number): number {
		const enters = this.#enters[symbolClass];
		const reached = new Set<number>();
		for (const member of this.#members[state] ?? []) {
			for (const target of this.#nfa.next[member] ?? []) {
				if (enters?.[target] === 1) {
					reached.add(target);
				}
			}
		}

		const row = this.#rows[state];
		const target = this.#intern([...reached].sort((a, b) => a - b));
		if (row) {
			row[symbolClass] = target;
		}

		return target;
	}

	#intern(members: readonly number[]): number {
		const everything = members.find(member => this.#universal.has(member));
		const set = everything === undefined ? members : [everything];
		const key = set.join();
		const known = this.#ids.get(key);
		if (known !== undefined) {
			return known;
		}

		if (this.size >= this.#options.maxStates) {
			if (this.#options.atBound === 'fail') {
				throw new AutomatonLimit(`more than ${this.#options.maxStates} states`);
			}

			this.#clear();
		}

		const isAccepting = set.some(member => this.#nfa.isAccepting[member]);
		return this.#add(
			key,
			set,
			(isAccepting ? accepting : 0) | (everything === undefined ? 0 : universal),
		);
	}

	#add(key: string, members: readonly number[], flags: number): number {
		const id = this.#members.push(members) - 1;
		this.#ids.set(key, id);
		this.#rows.push(new Int32Array(this.classes.count).fill(unknown));
		this.#flags.push(flags);
		return id;
	}

	#clear(): void {
		this.#ids = new Map();
		this.#members = [];
		this.#rows = [];
		this.#flags = [];
		this.#start = undefined;
		this.#add('', [], 0);
	}
}

const unknown = -1;
const accepting = 1;
const universal = 2;

const isUniversal = (nfa: Nfa, state: number): boolean =>
	nfa.isAccepting[state] === true &&
	nfa.entry[state] === anyChar &&
	nfa.next[state]?.includes(state) === true;
