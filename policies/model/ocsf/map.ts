import type {Event} from '../event.ts';
import {type ClassName, profiles} from './captions.ts';
import {configFields} from './config.ts';
import {httpFields} from './http.ts';
import {degradedFields, startedFields, stoppedFields} from './lifecycle.ts';
import type {Mapped} from './mapped.ts';
import {listeningFields, networkFields} from './network.ts';
import {device, product} from './parts.ts';
import {proposalFields} from './proposal.ts';
import {type Envelope, type OcsfRecord, present} from './record.ts';

/**
An event as an OCSF 1.8.0 object. Pure: the same event and envelope give the same object, so
proxy and gateway, and a second export of the same row, write the same line.
*/
export const toOcsf = (event: Event, envelope: Envelope): OcsfRecord => {
	const {className, code, correlation, fields} = mapped(event, envelope);
	return {
		metadata: metadata(envelope, className, code, correlation),
		time: event.at,
		timezone_offset: 0,
		device: device(envelope),
		...fields,
		...repetition(envelope, fields),
	};
};

const mapped = (event: Event, envelope: Envelope): Mapped => {
	switch (event.kind) {
		case 'proxy.started':
			return {className: 'lifecycle', code: event.kind, fields: startedFields(event, envelope)};
		case 'proxy.stopped':
			return {className: 'lifecycle', code: event.kind, fields: stoppedFields(event, envelope)};
		case 'log.degraded':
			return {className: 'lifecycle', code: event.kind, fields: degradedFields(event, envelope)};
		case 'proxy.listening':
			return {className: 'network', code: event.kind, fields: listeningFields(event)};
		case 'policy.loaded':
		case 'policy.reloaded':
		case 'policy.load_failed':
			return {className: 'config', code: event.kind, fields: configFields(event, envelope)};
		case 'http.request.allowed':
		case 'http.request.denied':
		case 'http.request.audited':
		case 'http.upstream.failed':
			return {
				className: 'http',
				code: event.kind,
				correlation: event.connection,
				fields: httpFields(event, envelope),
			};
		case 'proposal.proposed':
		case 'proposal.approved':
		case 'proposal.rejected':
			return proposalFields(event);
		case 'net.open.allowed':
		case 'net.open.denied':
		case 'net.ssrf.blocked':
		case 'net.tls.failed':
		case 'net.upstream.failed':
		case 'net.close':
			return {
				className: 'network',
				code: event.kind,
				correlation: event.connection,
				fields: networkFields(event, envelope),
			};
	}
};

/** A line that stands for many says for how many, and when. */
function repetition({repeated}: Envelope, {unmapped}: OcsfRecord): OcsfRecord {
	return repeated === undefined
		? {}
		: {
				count: repeated.count,
				start_time: repeated.from,
				end_time: repeated.to,
				unmapped: {...(unmapped as OcsfRecord), repeated: repeated.count},
			};
}

const logNames = {proxy: 'sandbox-proxy-ocsf', gateway: 'gateway-ocsf'} as const;

function metadata(
	envelope: Envelope,
	className: ClassName,
	code: string,
	correlation: string | undefined,
): OcsfRecord {
	const {component, sandbox} = envelope;
	const source = component === 'proxy' ? `proxy/${sandbox.id ?? sandbox.name}` : 'gateway';
	return present({
		version: '1.8.0',
		uid: envelope.uid,
		sequence: envelope.sequence,
		event_code: code,
		product: product(envelope),
		profiles: profiles[className],
		log_name: logNames[component],
		log_source: `${source}/boot-${envelope.boot}`,
		correlation_uid: correlation,
		reporter: component === 'gateway' ? {name: 'gateway'} : undefined,
	});
}
