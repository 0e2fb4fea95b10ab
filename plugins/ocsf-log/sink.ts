import {type DayFile, dayOf, type FileCalls, openDayFile, type Series} from './files.ts';

export type SinkOptions = Series & {
	readonly calls: FileCalls;
	now(): number;
	/** Nobody may believe that what was written is durable. */
	onSyncFailed(error: Error): void;
};

/**
The file of today and the bytes that wait for it. Whatever begins in one file ends there; a
write that the disk took only in part is finished by the next one.
*/
export class Sink {
	readonly #options: SinkOptions;
	#file: DayFile;
	#dayBytes: number;
	#queue: Buffer[] = [];
	/** The part of a write that the disk has not taken: it may begin inside a line. */
	#rest: Buffer = Buffer.alloc(0);
	#queuedBytes = 0;
	#offset = 0;

	/** @throws when the first file cannot be opened. */
	constructor(options: SinkOptions) {
		this.#options = options;
		this.#file = this.#open();
		this.#dayBytes = this.#file.size;
	}

	get tornBytes(): number {
		return this.#file.tornBytes;
	}

	get descriptor(): number {
		return this.#file.descriptor;
	}

	get queuedBytes(): number {
		return this.#queuedBytes;
	}

	/** Bytes written since the sink was opened: the clock of the commits. */
	get offset(): number {
		return this.#offset;
	}

	/** Bytes that today's file holds; none before the first write of a new day. */
	get bytesToday(): number {
		return this.#isToday() ? this.#dayBytes : 0;
	}

	push(line: string): void {
		const bytes = Buffer.from(`${line}\n`);
		this.#queue.push(bytes);
		this.#queuedBytes += bytes.length;
	}

	/** @throws what the disk says; what it has not taken stays queued. */
	writeAll(): void {
		const {calls} = this.#options;
		this.#rest = Buffer.concat([this.#rest, ...this.#queue.splice(0)]);
		while (this.#rest.length > 0) {
			const taken = calls.writeSync(this.#file.descriptor, this.#rest, 0, this.#rest.length);
			if (taken === 0) {
				throw new Error('the disk took nothing');
			}

			this.#rest = this.#rest.subarray(taken);
			this.#queuedBytes -= taken;
			this.#dayBytes += taken;
			this.#offset += taken;
		}
	}

	/** Turns to today's file if there is something to write and today's is another one. `idle` resolves when no sync uses the old one. */
	rotate(idle: () => Promise<void>): void {
		if (this.#queue.length > 0 && this.#rest.length === 0 && !this.#isToday()) {
			this.sync();
			this.reopen(idle);
		}
	}

	/** If the file cannot be opened the old one goes on: a line in the wrong file beats a lost line. */
	reopen(idle: () => Promise<void>): void {
		const old = this.#file.descriptor;
		try {
			this.#file = this.#open();
		} catch {
			return;
		}

		this.#dayBytes = this.#file.size;
		void idle().then(() => this.#options.calls.closeSync(old));
	}

	sync(): void {
		try {
			this.#options.calls.fdatasyncSync(this.#file.descriptor);
		} catch (error) {
			this.#options.onSyncFailed(error as Error);
		}
	}

	close(): void {
		this.sync();
		this.#options.calls.closeSync(this.#file.descriptor);
	}

	#isToday(): boolean {
		return dayOf(this.#options.now()) === this.#file.day;
	}

	#open(): DayFile {
		return openDayFile(this.#options.calls, this.#options, dayOf(this.#options.now()));
	}
}
