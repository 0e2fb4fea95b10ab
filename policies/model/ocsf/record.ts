/** A JSON object as it is written to the log; nothing in it is `null` or `undefined`. */
export type OcsfRecord = {readonly [key: string]: OcsfValue};

export type OcsfValue = string | number | boolean | OcsfRecord | readonly OcsfValue[];

/** What surrounds an event: which line of which log this is, and whose. */
export type Envelope = {
	/** UUIDv7, unique to this line. */
	readonly uid: string;
	/** From 1 in each boot; a hole means a lost line. */
	readonly sequence: number;
	/** From 1 over the life of the log. */
	readonly boot: number;
	readonly component: 'proxy' | 'gateway';
	/** Of the product. */
	readonly version: string;
	/** Whom the event is about. */
	readonly sandbox: {readonly name: string; readonly id?: string};
	/** The policy in force when it happened, where one was. */
	readonly policy?: {readonly revision: number; readonly hash: string};
	/** The line stands for so many events alike, from a time to a time. */
	readonly repeated?: {readonly count: number; readonly from: number; readonly to: number};
};

/** The fields whose value is known; the others are left out, since OCSF has no null. */
export const present = (fields: Readonly<Record<string, OcsfValue | undefined>>): OcsfRecord => {
	const known: Record<string, OcsfValue> = {};
	for (const key in fields) {
		const value = fields[key];
		if (value !== undefined) {
			known[key] = value;
		}
	}

	return known;
};
