import {denialCodes} from '../codes.ts';
import type {NetworkEvent, ProxyEvent, TrafficEvent} from '../event.ts';
import {classified, failure, outcomes, type Severity, severity, success} from './captions.ts';
import {maxName, maxText} from './limits.ts';
import {callingProcess, destination, policyInForce, source} from './parts.ts';
import {type Envelope, type OcsfRecord, type OcsfValue, present} from './record.ts';
import {freeText} from './text.ts';

/** Class 4001: a connection opens, is refused, fails or closes. */
export const networkFields = (event: NetworkEvent, envelope: Envelope): OcsfRecord => ({
	...placeFields(event, envelope),
	is_src_dst_assignment_known: true,
	...kindFields(event),
});

function kindFields(event: NetworkEvent): OcsfRecord {
	const place = `${freeText(event.host, maxName)}:${event.port}`;
	switch (event.kind) {
		case 'net.open.allowed':
			return {
				...classified('network', 1, 'Open'),
				...severity('info'),
				...success,
				...outcomes.allowed,
				message: `CONNECT allowed ${place}`,
			};
		case 'net.open.denied':
		case 'net.ssrf.blocked':
			return {
				...classified('network', 1, 'Open'),
				...severity(refusalSeverity(event)),
				...failure,
				...outcomes.blocked,
				message: `CONNECT denied ${place}`,
				...refusalFields(event),
			};
		case 'net.tls.failed':
			return {
				...failed(`TLS handshake with ${event.side} failed for ${place}`, event.error),
				status_code: event.side === 'client' ? 'tls_client_failed' : denialCodes.upstream_tls.error,
				app_protocol_name: 'https',
			};
		case 'net.upstream.failed':
			return {
				...failed(`connection to ${place} failed`, event.error),
				status_code: denialCodes[event.code].error,
				unmapped: extras(event, {code: event.code}),
			};
		case 'net.close':
			return closed(event, place);
	}
}

function failed(message: string, error: string): OcsfRecord {
	return {
		...classified('network', 4, 'Fail'),
		...severity('low'),
		...failure,
		message,
		status_detail: freeText(error, maxText) || '-',
	};
}

function closed(
	event: Extract<NetworkEvent, {readonly kind: 'net.close'}>,
	place: string,
): OcsfRecord {
	const duration = Math.max(0, Math.round(event.durationMs));
	return present({
		...classified('network', 2, 'Close'),
		...severity('info'),
		...success,
		message: `connection to ${place} closed`,
		status_detail: event.cause === undefined ? undefined : freeText(event.cause, maxText),
		traffic: {
			bytes: event.bytesIn + event.bytesOut,
			bytes_in: event.bytesIn,
			bytes_out: event.bytesOut,
		},
		start_time: event.at - duration,
		end_time: event.at,
		duration,
	});
}

/** An address that may never be reached is an attack or a grave mistake; the rest is everyday. */
function refusalSeverity(event: Extract<NetworkEvent, {readonly denial: string}>): Severity {
	return event.code === 'address_blocked' || event.code === 'port_blocked' ? 'high' : 'medium';
}

/** What every traffic event says: who, from where, to where, by which rule. */
export function placeFields(event: TrafficEvent, envelope: Envelope): OcsfRecord {
	return present({
		src_endpoint: source(event.client),
		dst_endpoint: destination(event.host, event.port, event.address),
		actor: callingProcess(event.caller, envelope.sandbox.name),
		observation_point_id: 3,
		observation_point: 'Neither',
		connection_info: {
			direction_id: 2,
			direction: 'Outbound',
			protocol_name: 'tcp',
			protocol_num: 6,
			uid: event.connection,
		},
		firewall_rule: present({
			name: event.rule ?? '-',
			uid: event.rule === undefined ? undefined : `network_policies.${event.rule}`,
			type: event.engine,
			condition: 'because' in event ? freeText(event.because, maxText) : undefined,
		}),
		policy: policyInForce(envelope),
		unmapped: extras(event, {}),
	});
}

/** Why something was refused: the word of the 403 body, the sentence, and our own code and id. */
export function refusalFields(event: Extract<TrafficEvent, {readonly denial: string}>): OcsfRecord {
	return {
		status_code: denialCodes[event.code].error,
		status_detail: freeText(event.reason, maxText) || '-',
		unmapped: extras(event, {code: event.code, denial_id: event.denial}),
	};
}

/** Decision 25: what went through `--connect-to` says so in every line. */
export function extras(event: TrafficEvent, more: Readonly<Record<string, OcsfValue>>): OcsfRecord {
	return event.connectTo ? {...more, connect_to: true} : more;
}

/** The listener is bound. */
export function listeningFields(
	event: Extract<ProxyEvent, {readonly kind: 'proxy.listening'}>,
): OcsfRecord {
	return {
		...classified('network', 7, 'Listen'),
		...severity('info'),
		...success,
		message: `Proxy listening on ${freeText(event.address, maxName)}:${event.port}`,
		dst_endpoint: destination(event.address, event.port),
	};
}
