import fs from 'node:fs';
import type {Event} from '../../policies/model/event.ts';
import {toOcsf} from '../../policies/model/ocsf/map.ts';
import type {Envelope} from '../../policies/model/ocsf/record.ts';
import {shorthand} from '../../policies/model/ocsf/shorthand.ts';
import {jsonLine} from '../../policies/model/ocsf/text.ts';
import type {Clock, LogReader} from '../../policies/model/plugin.ts';
import {readLastBoot} from './boot.ts';
import type {FileCalls} from './files.ts';
import type {Loss} from './loss.ts';
import {makeLogReader} from './reader.ts';
import {makeSummaries} from './summaries.ts';
import {uuidV7} from './uuid.ts';
import {LineWriter} from './writer.ts';

export type OcsfLogOptions = {
	/** `<state>/sandboxes/<name>/logs`. */
	readonly folder: string;
	readonly component: Envelope['component'];
	/** Of the product. */
	readonly version: string;
	readonly sandbox: Envelope['sandbox'];
	readonly clock: Clock;
	random(bytes: number): Uint8Array;
	/** The policy in force. */
	policy(): Envelope['policy'];
	readonly calls?: FileCalls;
};

/** The record of one proxy: `openshell-ocsf.<day>.log` (JSON lines) and `openshell.<day>.log` (for people). */
export type OcsfLog = {
	/**
	Writes one event to both files. Resolves when the event is as durable as its kind asks for: at
	once for traffic, after `fdatasync` for the policy and the life of the proxy; rejects when that
	cannot be had.
	*/
	record(event: Event): Promise<void>;
	/** Resolves when every durable event so far is on the disk; rejects when one could not be written. */
	settled(): Promise<void>;
	/** False: nothing new may be let through, because it could not be recorded (decision 33). */
	isWritable(): boolean;
	/** The process before this one ended without `proxy.stopped`. */
	readonly previousWasKilled: boolean;
	readonly boot: number;
	readonly reader: LogReader;
	close(): Promise<void>;
};

const jsonPrefix = 'openshell-ocsf';
const linePrefix = 'openshell';

/** @throws when the files cannot be opened: without a record nothing starts. */
export const openOcsfLog = (options: OcsfLogOptions): OcsfLog => {
	const {folder, clock, calls = fs} = options;
	const shared = {folder, calls, clock};
	const json = new LineWriter({...shared, prefix: jsonPrefix, onLoss: loss => report(loss)});
	const lines = new LineWriter({...shared, prefix: linePrefix, onLoss: () => undefined});
	const before = readLastBoot(calls, folder, jsonPrefix);
	const boot = (before?.boot ?? 0) + 1;
	const write = makeWrite(options, boot, {json, lines});
	const summaries = makeSummaries(clock, (event, repeated) => {
		write(event, repeated).catch(() => undefined);
	});

	const report = (loss: Loss): void => {
		write({kind: 'log.degraded', at: clock.now(), ...loss}).catch(() => undefined);
	};

	let durable = Promise.resolve();
	return {
		async record(event) {
			if (!summaries.admit(event)) {
				return;
			}

			const written = write(event);
			if (isDurable(event)) {
				durable = Promise.all([durable, written]).then(() => undefined);
				// Whoever asks `settled` is told; nobody else need be.
				durable.catch(() => undefined);
			}

			await written;
		},
		settled: () => durable,
		isWritable: () => json.isWritable(),
		previousWasKilled: before !== undefined && !before.wasStopped,
		boot,
		reader: makeLogReader({folder, prefix: linePrefix}),
		async close() {
			summaries.close();
			const loss = json.takeLoss();
			if (loss !== undefined) {
				report(loss);
			}

			await Promise.all([json.close(), lines.close()]);
		},
	};
};

type Write = (event: Event, repeated?: Envelope['repeated']) => Promise<void>;

/** Numbers each event and gives it to both files; the line of the second is made from the first. */
const makeWrite = (
	options: OcsfLogOptions,
	boot: number,
	{json, lines}: {readonly json: LineWriter; readonly lines: LineWriter},
): Write => {
	let sequence = 0;
	return async (event, repeated) => {
		sequence += 1;
		const mapped = toOcsf(event, {
			...envelope(options, boot, sequence),
			...(repeated === undefined ? {} : {repeated}),
		});
		lines.emit(sequence, shorthand(mapped));
		if (isDurable(event)) {
			await json.commit(sequence, jsonLine(mapped));
		} else {
			json.emit(sequence, jsonLine(mapped));
		}
	};
};

/** What is lost with the machine may not be what a decision rests on (logging.md §3.2). */
const durableKinds: ReadonlySet<Event['kind']> = new Set([
	'proxy.started',
	'proxy.stopped',
	'policy.loaded',
	'policy.reloaded',
	'policy.load_failed',
	'log.degraded',
	'proposal.proposed',
	'proposal.approved',
	'proposal.rejected',
]);

const isDurable = ({kind}: Event): boolean => durableKinds.has(kind);

function envelope(options: OcsfLogOptions, boot: number, sequence: number): Envelope {
	const {component, version, sandbox, clock, random} = options;
	const policy = options.policy();
	return {
		uid: uuidV7(clock.now(), random),
		sequence,
		boot,
		component,
		version,
		sandbox,
		...(policy === undefined ? {} : {policy}),
	};
}
