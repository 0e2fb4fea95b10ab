import type {OcsfRecord, OcsfValue} from './record.ts';

/** Reads an event field by path; what is absent is empty. */
export type View = {
	text(path: string): string;
	number(path: string): number;
	has(path: string): boolean;
	readonly unmapped: OcsfRecord;
};

/** Fields are named as OCSF names them: `dst_endpoint.domain`. */
export const viewOf = (event: OcsfRecord): View => {
	const at = (path: string): OcsfValue | undefined => {
		let value: OcsfValue | undefined = event;
		for (const key of path.split('.')) {
			value = isRecord(value) ? value[key] : undefined;
		}

		return value;
	};

	const unmapped = at('unmapped');
	return {
		text: path => String(at(path) ?? ''),
		number: path => Number(at(path) ?? 0),
		has: path => at(path) !== undefined,
		unmapped: isRecord(unmapped) ? unmapped : {},
	};
};

function isRecord(value: OcsfValue | undefined): value is OcsfRecord {
	return typeof value === 'object' && !Array.isArray(value);
}
