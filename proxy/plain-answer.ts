import {jsonAnswer} from '../plugins/answer.ts';
import {denialCodes} from '../policies/model/codes.ts';
import type {Denial} from '../policies/model/denial.ts';
import type {Answer} from '../policies/model/plugin.ts';

/** What a client reads when no plugin renders its denial. */
export const plainAnswer = (denial: Denial): Answer => {
	const {code, denial_id, detail, layer, reason} = denial;
	const {error, status} = denialCodes[code];
	return jsonAnswer(
		status,
		{code, denial_id, detail, error, layer, reason},
		status === 407 ? [['proxy-authenticate', 'Basic realm="openshell"']] : [],
	);
};
