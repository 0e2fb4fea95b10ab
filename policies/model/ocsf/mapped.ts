import type {ClassName} from './captions.ts';
import type {OcsfRecord} from './record.ts';

/** What the mapping of one kind of event has to say. */
export type Mapped = {
	readonly className: ClassName;
	/** `metadata.event_code`: our stable name of the kind of event. */
	readonly code: string;
	/** The thread: a connection, or a chunk from its proposal to its reload. */
	readonly correlation?: string;
	readonly fields: OcsfRecord;
};
