import type {Denial} from '../../policies/model/denial.ts';
import {printOperation} from '../../policies/model/operation-print.ts';
import type {Answer, PluginHost} from '../../policies/model/plugin.ts';
import {jsonAnswer} from '../answer.ts';
import {lastLines} from './limits.ts';
import {numberFrom} from './target.ts';

type Ports = Pick<PluginHost, 'denials' | 'logs'>;

/** `GET /v1/denials`: the log's lines as upstream gives them, and the records themselves from memory. */
export const recentDenials = async ({denials, logs}: Ports, query: string): Promise<Answer> => {
	const count = numberFrom(query, 'last', lastLines);
	const {lines, log_available} = await logs.lines(count, isPolicyDenialLine);
	return jsonAnswer(200, {
		denials: lines,
		log_available,
		...(log_available
			? {}
			: {note: 'no log file exists yet; items are from the memory of the proxy'}),
		items: denials.recent(count).map(item),
	});
};

/** `GET /v1/logs`: the newest lines of this sandbox's own log. */
export const recentLogs = async ({logs}: Ports, query: string): Promise<Answer> => {
	const {lines, log_available} = await logs.lines(numberFrom(query, 'last', lastLines), () => true);
	return jsonAnswer(200, {lines, log_available});
};

/** A line is a denial by what stands in its place, not by a word that some path or reason may hold. */
export const isDenialLine = (line: string): boolean =>
	/^\S+ OCSF (?:NET|HTTP|API|PROC):\S+ \[\w+\] DENIED /.test(line);

/**
A client that first came without the token, as git does until it is asked for it, was refused by no
policy: there is nothing to propose. Text from outside brings no bracket into a line.
*/
export const isPolicyDenialLine = (line: string): boolean =>
	isDenialLine(line) && !/ \[code:proxy_auth_required[ \]]/.test(line);

function item(denial: Denial): object {
	const {denial_id, code, layer, host, port, method, path, binary, at} = denial;
	const {suggested_operation, suggestion_is_broader} = denial;
	return {
		denial_id,
		code,
		layer,
		host,
		port,
		method,
		path,
		binary,
		at: new Date(at).toISOString(),
		suggested_operation: suggested_operation && printOperation(suggested_operation),
		suggestion_is_broader,
	};
}
