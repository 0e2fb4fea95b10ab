/** Policies named in the reason of a denial: enough to see why, short enough to read. The rest is counted. */
export const maxRulesInReason = 8;
