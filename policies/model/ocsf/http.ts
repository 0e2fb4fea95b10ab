import {denialCodes} from '../codes.ts';
import type {RequestEvent} from '../event.ts';
import {classified, failure, httpActivity, outcomes, severity, success} from './captions.ts';
import {maxMethod, maxName, maxPath, maxText} from './limits.ts';
import {extras, placeFields, refusalFields} from './network.ts';
import {type Envelope, type OcsfRecord, present} from './record.ts';
import {bounded, freeText} from './text.ts';

/** Class 4002: one request was let through, refused, observed, or could not be carried out. */
export const httpFields = (event: RequestEvent, envelope: Envelope): OcsfRecord => {
	const activity = httpActivity(event.method);
	const place = placeFields(event, envelope);
	const kind = kindFields(event);
	return {
		...classified('http', activity.id, activity.name),
		...place,
		...kind,
		http_request: present({
			http_method: activity.isKnown ? event.method : undefined,
			url: {
				scheme: event.scheme,
				hostname: freeText(event.host, maxName),
				port: event.port,
				path: pathOnly(event.path),
			},
			uid: event.request,
		}),
		http_response: present({
			code: event.status,
			latency: 'latencyMs' in event ? Math.max(0, Math.round(event.latencyMs)) : undefined,
		}),
		unmapped: present({
			...(activity.isKnown ? {} : {http_method: freeText(event.method, maxMethod)}),
			...(place['unmapped'] as OcsfRecord),
			...(kind['unmapped'] as OcsfRecord | undefined),
		}),
	};
};

function kindFields(event: RequestEvent): OcsfRecord {
	const what = `${freeText(event.method, maxMethod)} ${event.scheme}://${freeText(event.host, maxName)}${pathOnly(event.path)}`;
	switch (event.kind) {
		case 'http.request.allowed':
			return {
				...severity('info'),
				...success,
				...outcomes.allowed,
				message: `${what} allowed`,
			};
		case 'http.request.denied':
			return {
				...severity('medium'),
				...failure,
				...outcomes.blocked,
				message: `${what} denied`,
				...refusalFields(event),
			};
		case 'http.request.audited':
			return {
				...severity('low'),
				...success,
				...outcomes.logged,
				message: `${what} passed in audit mode`,
				status_code: 'would_deny',
				status_detail: freeText(event.reason, maxText) || '-',
				unmapped: extras(event, {enforcement: 'audit', would: 'deny', code: event.code}),
			};
		case 'http.upstream.failed':
			return {
				...severity('low'),
				...failure,
				message: `${what} failed`,
				status_code: denialCodes[event.code].error,
				status_detail: freeText(event.error, maxText) || '-',
				unmapped: extras(event, {code: event.code}),
			};
	}
}

/** Events carry canonical paths; should one carry a query all the same, it ends here. */
const pathOnly = (path: string): string => bounded(/^[^?#]*/.exec(path)?.[0] ?? '', maxPath);
