import type {RequestAdmission} from './gate.ts';
import {jsonAnswer} from './plain-answer.ts';

/** Contract §3.1: a virtual host speaks plain HTTP on port 80 and nothing else. */
export const refuseWrongScheme = (host: string): RequestAdmission => ({
	kind: 'refuse',
	answer: jsonAnswer(400, {
		error: `invalid_${host.replaceAll('.', '_')}_scheme`,
		detail: `Use http://${host} only`,
	}),
});
