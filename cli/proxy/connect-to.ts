import {parseHost} from '../../policies/model/host.ts';
import {type ConnectTo, parseConnectTo} from '../../proxy/connect-to.ts';
import {usage} from '../failure.ts';

/** One `--connect-to`, or the usage error that says how it is written. */
export function readConnectTo(text: string): ConnectTo {
	const parsed = parseConnectTo(text, host => {
		const canonical = parseHost(host);
		return canonical.ok ? canonical.value : undefined;
	});
	if (!parsed.ok) {
		throw usage(`${parsed.error}.`);
	}

	return parsed.value;
}
