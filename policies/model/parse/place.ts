import type {Problem} from '../policy.ts';
import {maxProblems} from './limits.ts';
import type {DocumentNode, Position} from './node.ts';

/** A value and where it stands: what a reader reads, and where its problems are reported. */
export type Place = {
	readonly node: DocumentNode;
	/** `network_policies.github.endpoints[0]`; empty for the whole document. */
	readonly at: string;
	readonly problems: ProblemList;
};

/** Collects every problem of a document, in order of reading, up to a bound. */
export class ProblemList {
	readonly all: Problem[] = [];
	readonly #unread = new Set<string>();

	add(problem: Problem): void {
		if (this.#unread.has(problem.at) || this.isFull) {
			return;
		}

		this.all.push(
			this.all.length < maxProblems
				? problem
				: {severity: 'error', kind: 'TooManyProblems', message: 'and more', at: ''},
		);
	}

	/** What could not even be read has one problem; whatever else would be said of it follows from that. */
	addUnread(problem: Problem): void {
		this.add(problem);
		this.#unread.add(problem.at);
	}

	get isFull(): boolean {
		return this.all.length > maxProblems;
	}

	get hasErrors(): boolean {
		return this.all.some(problem => problem.severity === 'error');
	}
}

export type Severity = Problem['severity'];

/** Says something of the value at a place, or of a place below it that need not exist. */
export const complain = (place: Place, kind: string, message: string): void => {
	place.problems.add(problemAt(place, 'error', kind, message));
};

export const warn = (place: Place, kind: string, message: string): void => {
	place.problems.add(problemAt(place, 'warning', kind, message));
};

export const problemAt = (
	{at, node}: {readonly at: string; readonly node: {readonly position: Position | undefined}},
	severity: Severity,
	kind: string,
	message: string,
): Problem => ({severity, kind, message, at, ...node.position});

/** The place of a key, or of an item, below another; where nothing is written, the outer position stands in. */
export const below = (place: Place, ...steps: ReadonlyArray<string | number>): Place => {
	let {node, at} = place;
	let isWrittenSoFar = true;
	for (const step of steps) {
		const child: DocumentNode | undefined = isWrittenSoFar ? childOf(node, step) : undefined;
		isWrittenSoFar = child !== undefined;
		node = child ?? node;
		at = typeof step === 'number' ? `${at}[${step}]` : joined(at, step);
	}

	return {node, at, problems: place.problems};
};

/** Whether a key is written at a place. */
export const isWritten = (place: Place, key: string): boolean =>
	place.node.kind === 'mapping' && place.node.entries.has(key);

const childOf = (node: DocumentNode, step: string | number): DocumentNode | undefined => {
	if (typeof step === 'number') {
		return node.kind === 'list' ? node.items[step] : undefined;
	}

	return node.kind === 'mapping' ? node.entries.get(step)?.value : undefined;
};

const joined = (at: string, key: string): string => {
	const step = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
	return at === '' ? step : `${at}.${step}`;
};
