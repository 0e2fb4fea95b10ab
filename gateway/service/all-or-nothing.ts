import {err, type Result} from '../../policies/model/result.ts';
import type {Write} from '../store/handles.ts';
import type {Store} from '../store/open.ts';
import type {Failure} from './failure.ts';

/** One transaction of which nothing stays when it is refused half-way. */
export const allOrNothing = async <T>(
	store: Store,
	run: (write: Write) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> => {
	try {
		return await store.write(async write => {
			const result = await run(write);
			if (!result.ok) {
				throw new Refused(result.error);
			}

			return result;
		});
	} catch (error) {
		if (error instanceof Refused) {
			return err(error.failure);
		}

		throw error;
	}
};

class Refused extends Error {
	readonly failure: Failure;

	constructor(failure: Failure) {
		super(failure.detail);
		this.failure = failure;
	}
}
