/**
What the prover says of a candidate. Until the prover is built every verdict is `unavailable`,
which counts as new authority: nothing is approved because of it.
*/
export type Verdict = {
	readonly kind: 'unavailable';
	readonly validation_result: 'validation unavailable';
};

export const unavailable: Verdict = {
	kind: 'unavailable',
	validation_result: 'validation unavailable',
};
