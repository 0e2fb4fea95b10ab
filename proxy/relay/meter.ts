import type {ClientRequest} from 'node:http';

/**
Counts what one request moved over a connection that others use before and after it: `in` came
from the upstream, `out` went to it.
*/
export class Meter {
	#upstream: ClientRequest | undefined;
	#before = {in: 0, out: 0};
	#total: Bytes | undefined;

	begin(upstream: ClientRequest): void {
		this.#upstream = upstream;
		this.#before = readingOf(upstream);
	}

	/** The first call counts: later the connection may belong to another request. */
	end(): Bytes {
		this.#total ??= this.#upstream ? this.#since(readingOf(this.#upstream)) : {in: 0, out: 0};
		return this.#total;
	}

	#since(now: Bytes): Bytes {
		return {in: now.in - this.#before.in, out: now.out - this.#before.out};
	}
}

type Bytes = {readonly in: number; readonly out: number};

const readingOf = ({socket}: ClientRequest): Bytes => ({
	in: socket?.bytesRead ?? 0,
	out: socket?.bytesWritten ?? 0,
});
