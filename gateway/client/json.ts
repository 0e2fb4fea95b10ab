import type {Operation} from '../../policies/model/operation.ts';
import {parseOperation} from '../../policies/model/operation-parse.ts';
import {printOperation} from '../../policies/model/operation-print.ts';

/**
JSON for the wire and the database. The suggestion in a denial is the one value of ours that is
not plain: it is written as the operation it would be posted as.
*/
export const toJson = (value: unknown): string =>
	JSON.stringify(value, (key, item: unknown) =>
		key === suggestion ? printOperation(item as Operation) : item,
	);

/** Reads what `toJson` wrote; a suggestion that does not parse here is left out. */
export const fromJson = (text: string): unknown =>
	JSON.parse(text, (key, item: unknown) => {
		if (key !== suggestion) {
			return item;
		}

		const parsed = parseOperation(item, {author: 'operator'});
		return parsed.ok ? parsed.value : undefined;
	});

const suggestion = 'suggested_operation';
