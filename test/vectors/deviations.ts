/** Vectors of upstream's behaviour that a decision of ours overrules. Every one is also tested for what we do instead. */
export const deviations: ReadonlyArray<{
	readonly id: string;
	readonly decision: number;
	readonly why: string;
}> = [
	{id: 'path-064', decision: 4, why: 'endpoint path: * never crosses /'},
	{id: 'path-069', decision: 4, why: 'an unclosed [ is a load error everywhere'},
	{id: 'path-070', decision: 4, why: 'an unclosed [ is a load error everywhere'},
	{id: 'path-075', decision: 4, why: 'values: * matches anything, dots included'},
];
