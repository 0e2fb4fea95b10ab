import type {ProposalEvent} from '../../policies/model/event.ts';
import {exportedSequence, recordsAfter, setExportedSequence} from '../store/events.ts';
import type {Store} from '../store/open.ts';
import type {EventRow} from '../store/rows.ts';

/**
Writes one event to the record and returns when it is on disk. The same event may come twice
(after a crash between the write and the cursor); then it comes with the same `uid`.
*/
export type Append = (event: ProposalEvent, uid: string) => Promise<void>;

export type Exporter = {
	/** Something was committed: export it soon. Never waits, never throws. */
	wake(): void;
	/** Resolves when everything committed so far is in the record; rejects when it cannot be written. */
	flush(): Promise<void>;
};

/** Carries committed events to the record, in order, at least once; its cursor is in the database. */
export const makeExporter = (
	store: Store,
	append: Append,
	onFault: (error: unknown) => void,
): Exporter => {
	let running: Promise<void> | undefined;
	let isDue = false;
	const runAll = async (): Promise<void> => {
		while (isDue) {
			isDue = false;
			await exportBatches(store, append);
		}
	};

	const flush = async (): Promise<void> => {
		isDue = true;
		running ??= runAll().finally(() => {
			running = undefined;
		});
		await running;
	};

	return {
		wake() {
			flush().catch(onFault);
		},
		flush,
	};
};

const exportBatches = async (store: Store, append: Append): Promise<void> => {
	for (;;) {
		const rows = await store.read(async read => recordsAfter(read, await exportedSequence(read)));
		const last = rows.at(-1);
		if (last === undefined) {
			return;
		}

		for (const row of rows) {
			await append(JSON.parse(row.record) as ProposalEvent, uidOf(store, row));
		}

		await store.write(write => setExportedSequence(write, last.seq));
	}
};

/** From the row alone, so that a repeated export is recognised. */
const uidOf = ({epoch}: Store, {seq}: EventRow): string => `${epoch}-${seq}`;
