import type {ProxyEvent} from '../event.ts';
import {classified, failure, severity, success} from './captions.ts';
import {maxText, maxWritten} from './limits.ts';
import {product} from './parts.ts';
import {type Envelope, type OcsfRecord, present} from './record.ts';
import {freeText, writtenText} from './text.ts';

/** Class 6002: the proxy starts, stops, or loses part of its record. */
type Of<Kind extends ProxyEvent['kind']> = Extract<ProxyEvent, {readonly kind: Kind}>;

/** The policy is active and the first connection has not been accepted yet. */
export const startedFields = (event: Of<'proxy.started'>, envelope: Envelope): OcsfRecord => ({
	...classified('lifecycle', 3, 'Start'),
	...severity('info'),
	...success,
	message: `${product(envelope)['name']} started`,
	app: product(envelope),
	unmapped: present({
		policy_version: String(event.revision),
		pid: event.pid,
		previous: event.previousWasKilled ? 'killed' : undefined,
		overrides:
			event.overrides.length > 0 ? freeText(event.overrides.join(','), maxText) : undefined,
	}),
});

/** The last line of a boot; a boot without one was killed. */
export const stoppedFields = (event: Of<'proxy.stopped'>, envelope: Envelope): OcsfRecord => {
	const signal = writtenText(event.signal, maxWritten);
	return {
		...classified('lifecycle', 4, 'Stop'),
		...severity('info'),
		...success,
		message: `${product(envelope)['name']} stopped (${signal})`,
		app: product(envelope),
		duration: Math.max(0, Math.round(event.durationMs)),
		unmapped: {
			signal,
			drained: event.openConnections === 0,
			open_connections: event.openConnections,
		},
	};
};

/** Lines are missing: how many, which, and why. */
export const degradedFields = (event: Of<'log.degraded'>, envelope: Envelope): OcsfRecord => ({
	...classified('lifecycle', 99, 'Log degraded'),
	...severity('high'),
	...failure,
	message: `event log: ${event.count} events lost`,
	status_code: 'log_degraded',
	status_detail: freeText(event.cause, maxText),
	app: product(envelope),
	count: event.count,
	unmapped: {
		first_lost_sequence: event.firstSequence,
		last_lost_sequence: event.lastSequence,
	},
});
