import type {Clock} from '../../policies/model/plugin.ts';
import {type Commits, makeCommits} from './commits.ts';
import type {FileCalls} from './files.ts';
import {ordinaryLimits, retryMs, stallMs, type WriterLimits} from './limits.ts';
import {type Loss, makeLossCounter} from './loss.ts';
import {Sink} from './sink.ts';

export type WriterOptions = {
	readonly folder: string;
	readonly prefix: string;
	readonly calls: FileCalls;
	readonly clock: Clock;
	/** Lines were dropped and writing works again. */
	onLoss(loss: Loss): void;
	readonly limits?: Partial<WriterLimits>;
};

/**
Lines of one prefix, appended to one file a day. Lines wait for the end of the loop turn and are
written together; a short write is finished, so a full disk tears no line. What cannot be taken
is counted. One process owns the files of a prefix.
*/
export class LineWriter {
	readonly #options: WriterOptions;
	readonly #limits: WriterLimits;
	readonly #sink: Sink;
	readonly #commits: Commits;
	readonly #loss = makeLossCounter();
	readonly #stop = new AbortController();
	/** Of the newest line: the one a failed sync is counted under. */
	#sequence = 0;
	#isArmed = false;
	#stalled: {readonly since: number; readonly error: Error} | undefined;

	/** @throws when the first file cannot be opened: a proxy without a record does not start. */
	constructor(options: WriterOptions) {
		const {folder, prefix, calls, clock} = options;
		this.#options = options;
		this.#limits = {...ordinaryLimits, ...options.limits};
		this.#sink = new Sink({
			folder,
			prefix,
			keptFiles: this.#limits.keptFiles,
			calls,
			now: () => clock.now(),
			onSyncFailed: error => this.#syncFailed(error),
		});
		this.#commits = makeCommits(
			(descriptor, done) => calls.fdatasync(descriptor, done),
			error => {
				this.#syncFailed(error);
				this.#sink.reopen(() => this.#commits.idle());
			},
		);
	}

	/** Bytes of a line that an earlier process left unfinished. */
	get tornBytes(): number {
		return this.#sink.tornBytes;
	}

	/** Telemetry: in the file by the end of the loop turn. False: dropped, and counted. */
	emit(sequence: number, line: string): boolean {
		const refusal = this.#refusal(this.#limits.dayBytes);
		if (refusal !== undefined) {
			this.#loss.add(sequence, refusal);
			return false;
		}

		this.#push(sequence, line);
		return true;
	}

	/** A decision: resolves when the line is on the disk; rejects, and counts, when it cannot be. */
	async commit(sequence: number, line: string): Promise<void> {
		const {dayBytes, reserveBytes} = this.#limits;
		const refusal = this.#stallRefusal() ?? this.#refusal(dayBytes + reserveBytes);
		if (refusal !== undefined) {
			this.#loss.add(sequence, refusal);
			throw new Error(`the record cannot be written (${refusal}); free space on its disk`);
		}

		this.#push(sequence, line);
		await this.#commits.wait(this.#sink.offset + this.#sink.queuedBytes);
	}

	/** False from the first write the disk refuses until one succeeds, and when the day's space is used up. */
	isWritable(): boolean {
		return this.#stalled === undefined && this.#refusal(this.#limits.dayBytes) === undefined;
	}

	takeLoss(): Loss | undefined {
		return this.#loss.take();
	}

	/** Writes what waits, makes it durable and lets the file go. What the disk still refuses is lost. */
	async close(): Promise<void> {
		this.#stop.abort();
		this.#flush();
		await this.#commits.idle();
		this.#commits.fail(new Error('the record was closed before the line was durable'));
		this.#sink.close();
	}

	/** Bounds are asked before a line is taken, so the line that reaches one is still whole. */
	#refusal(dayBytes: number): string | undefined {
		if (this.#stop.signal.aborted) {
			return 'the record is closed';
		}

		const {queuedBytes, bytesToday} = this.#sink;
		if (queuedBytes >= this.#limits.queuedBytes) {
			return this.#stalled?.error.message ?? 'too many lines at once';
		}

		return bytesToday + queuedBytes >= dayBytes
			? "the day's space for the record is used up"
			: undefined;
	}

	#stallRefusal(): string | undefined {
		const now = this.#options.clock.now();
		return this.#stalled !== undefined && now - this.#stalled.since >= stallMs
			? this.#stalled.error.message
			: undefined;
	}

	#push(sequence: number, line: string): void {
		this.#sink.push(line);
		this.#sequence = sequence;
		if (!this.#isArmed) {
			this.#isArmed = true;
			setImmediate(() => {
				if (!this.#stop.signal.aborted) {
					this.#flush();
				}
			});
		}
	}

	#flush(): void {
		this.#isArmed = true;
		try {
			this.#sink.rotate(() => this.#commits.idle());
			this.#sink.writeAll();
		} catch (error) {
			this.#stall(error as Error);
			return;
		}

		this.#isArmed = false;
		this.#stalled = undefined;
		this.#commits.written(this.#sink.offset, this.#sink.descriptor);
		this.#reportLoss();
	}

	/** Keeps what waits and tries again; callers of `commit` are not kept waiting past `stallMs`. */
	#stall(error: Error): void {
		const {clock} = this.#options;
		this.#stalled ??= {since: clock.now(), error};
		void clock.sleep(retryMs, this.#stop.signal).then(() => {
			if (this.#stop.signal.aborted) {
				return;
			}

			if (this.#stallRefusal() !== undefined) {
				this.#commits.fail(error);
			}

			this.#flush();
		});
	}

	/** Only once telemetry is taken again: a report under pressure would be one more line lost. */
	#reportLoss(): void {
		if (this.#refusal(this.#limits.dayBytes) !== undefined) {
			return;
		}

		const loss = this.#loss.take();
		if (loss !== undefined) {
			this.#options.onLoss(loss);
		}
	}

	#syncFailed(error: Error): void {
		this.#loss.add(this.#sequence, `${error.message}; earlier lines may not be durable`);
		this.#commits.fail(error);
	}
}
