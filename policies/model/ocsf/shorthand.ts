import {contextOf, inBrackets} from './context.ts';
import type {OcsfRecord} from './record.ts';
import {shownText, shownToken} from './text.ts';
import {type View, viewOf} from './view.ts';

/**
The one human line of an event (contract §7.3), made from the OCSF object alone:
`<time> OCSF <CLASS>:<LABEL> [SEV][ ACTION] <details>[ [context]][ [reason:..]]`. Everything from
outside is escaped: a line has no second line, and no bracket but those of the grammar.
*/
export const shorthand = (event: OcsfRecord): string => {
	const view = viewOf(event);
	const head = `${new Date(view.number('time')).toISOString()} OCSF`;
	const severity = `[${severities[view.number('severity_id')] ?? 'INFO'}]`;
	const words = [head, `${label(view)}`, severity, action(view), ...details(view)];
	return words.filter(word => word !== '').join(' ');
};

const severities: Readonly<Record<number, string>> = {
	1: 'INFO',
	2: 'LOW',
	3: 'MED',
	4: 'HIGH',
	5: 'CRIT',
	6: 'FATAL',
};

const networkClass = 4001;
const httpClass = 4002;
const configClass = 5019;

function label(view: View): string {
	switch (view.number('class_uid')) {
		case networkClass:
			return `NET:${upper(view.text('activity_name'))}`;
		case httpClass:
			return `HTTP:${shownToken(methodOf(view))}`;
		case configClass:
			return `CONFIG:${upper(configLabel(view))}`;
		default:
			return `LIFECYCLE:${upper(view.text('activity_name'))}`;
	}
}

/** A reload prints as upstream prints it, so that a script waiting for `CONFIG:LOADED` sees it. */
function configLabel(view: View): string {
	const code = view.text('metadata.event_code');
	if (code === 'policy.reloaded') {
		return 'loaded';
	}

	return view.number('state_id') === 99
		? view.text('state')
		: code.slice(code.lastIndexOf('.') + 1);
}

/** Only traffic has an action to show; for a change of policy the label says it. */
function action(view: View): string {
	const isTraffic = [networkClass, httpClass].includes(view.number('class_uid'));
	return isTraffic ? view.text('action').toUpperCase() : '';
}

function details(view: View): readonly string[] {
	switch (view.number('class_uid')) {
		case networkClass:
			return [`${program(view)}${place(view)}`, ...ruleOf(view), ...contextOf(view, 'apart')];
		case httpClass:
			return [`${program(view)}${request(view)}`, ...ruleOf(view), ...contextOf(view, 'together')];
		case configClass:
			return [shownText(view.text('message')), ...contextOf(view, 'config')];
		default:
			return [
				shownText(view.text('app.name')),
				view.text('status').toLowerCase(),
				...contextOf(view, 'apart'),
			];
	}
}

function program(view: View): string {
	const path = view.text('actor.process.path') || view.text('actor.process.name');
	if (path === '') {
		return '';
	}

	const pid = view.has('actor.process.pid') ? `(${view.number('actor.process.pid')})` : '';
	return `${shownToken(path)}${pid} -> `;
}

function place(view: View): string {
	const host = view.text('dst_endpoint.domain') || view.text('dst_endpoint.ip');
	return `${shownToken(host)}:${view.number('dst_endpoint.port')}`;
}

/** `METHOD url status`; the port is shown unless the scheme implies it. */
function request(view: View): string {
	const scheme = view.text('http_request.url.scheme');
	const port = view.number('http_request.url.port');
	const isImplied = port === defaultPorts[scheme];
	const host = `${shownToken(view.text('http_request.url.hostname'))}${isImplied ? '' : `:${port}`}`;
	const query = view.has('http_request.url.query_string') ? '?[redacted]' : '';
	const url = `${scheme}://${host}${shownToken(view.text('http_request.url.path'))}${query}`;
	const code = view.has('http_response.code') ? ` ${view.number('http_response.code')}` : '';
	return `${shownToken(methodOf(view))} ${url}${code}`;
}

const defaultPorts: Readonly<Record<string, number>> = {http: 80, https: 443, ws: 80, wss: 443};

function methodOf(view: View): string {
	return view.text('http_request.http_method') || view.text('unmapped.http_method');
}

function ruleOf(view: View): readonly string[] {
	return view.has('firewall_rule')
		? [
				inBrackets([
					['policy', view.text('firewall_rule.name')],
					['engine', view.text('firewall_rule.type')],
				]),
			]
		: [];
}

function upper(text: string): string {
	return shownToken(text.replaceAll(' ', '_')).toUpperCase();
}
