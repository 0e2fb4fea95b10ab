import type {OcsfRecord} from './record.ts';

/** OCSF writes every number twice: the id and its caption. Source: ocsf 1.8.0, classes 4001, 4002, 5019, 6002. */

const severities = {
	info: [1, 'Informational'],
	low: [2, 'Low'],
	medium: [3, 'Medium'],
	high: [4, 'High'],
} as const;

export type Severity = keyof typeof severities;

export const severity = (word: Severity): OcsfRecord => ({
	severity_id: severities[word][0],
	severity: severities[word][1],
});

export const success: OcsfRecord = {status_id: 1, status: 'Success'};
export const failure: OcsfRecord = {status_id: 2, status: 'Failure'};

/** Action and disposition, in the pairs that OCSF allows together. */
export const outcomes = {
	allowed: {action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed'},
	approved: {action_id: 1, action: 'Allowed', disposition_id: 8, disposition: 'Approved'},
	blocked: {action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked'},
	rejected: {action_id: 2, action: 'Denied', disposition_id: 25, disposition: 'Rejected'},
	logged: {action_id: 3, action: 'Observed', disposition_id: 17, disposition: 'Logged'},
} as const satisfies Record<string, OcsfRecord>;

const classes = {
	network: {uid: 4001, name: 'Network Activity', category: 'Network Activity'},
	http: {uid: 4002, name: 'HTTP Activity', category: 'Network Activity'},
	config: {uid: 5019, name: 'Device Config State Change', category: 'Discovery'},
	lifecycle: {uid: 6002, name: 'Application Lifecycle', category: 'Application Activity'},
} as const;

export type ClassName = keyof typeof classes;

/** `type_uid` is class × 100 + activity; for an activity of our own (99) the type is called `Other`. */
export const classified = (className: ClassName, id: number, activity: string): OcsfRecord => {
	const {uid, name, category} = classes[className];
	return {
		class_uid: uid,
		class_name: name,
		category_uid: Math.trunc(uid / 1000),
		category_name: category,
		activity_id: id,
		activity_name: activity,
		type_uid: uid * 100 + id,
		type_name: `${name}: ${id === 99 ? 'Other' : activity}`,
	};
};

/** Which optional attribute groups an event of each class may use. */
export const profiles: Readonly<Record<ClassName, readonly string[]>> = {
	network: ['security_control', 'network_proxy', 'container', 'host'],
	http: ['security_control', 'network_proxy', 'container', 'host'],
	config: ['security_control', 'container', 'host'],
	lifecycle: ['container', 'host'],
};

const methods: ReadonlyMap<string, readonly [number, string]> = new Map([
	['CONNECT', [1, 'Connect']],
	['DELETE', [2, 'Delete']],
	['GET', [3, 'Get']],
	['HEAD', [4, 'Head']],
	['OPTIONS', [5, 'Options']],
	['POST', [6, 'Post']],
	['PUT', [7, 'Put']],
	['TRACE', [8, 'Trace']],
	['PATCH', [9, 'Patch']],
]);

/** The activity of a request; a method OCSF has no number for is 99 and named in `unmapped.http_method`. */
export const httpActivity = (
	method: string,
): {readonly id: number; readonly name: string; readonly isKnown: boolean} => {
	const known = methods.get(method);
	return known === undefined
		? {id: 99, name: 'Extension method', isKnown: false}
		: {id: known[0], name: known[1], isKnown: true};
};
