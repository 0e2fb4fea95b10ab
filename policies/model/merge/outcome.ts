/** Why an operation cannot be merged; the names of the wire contract §2, and `ReservedRuleName` of ours. */
export type MergeErrorKind =
	| 'MissingRuleNameForAddRule'
	| 'ReservedRuleName'
	| 'EmptyAddRuleEndpoints'
	| 'NewBinaryWouldInheritAuthorization'
	| 'ExistingBinariesWouldInheritAuthorization'
	| 'UndeclaredPortWouldChange'
	| 'McpContractConflict'
	| 'ConflictingInspectionContracts';

/** The message says what would happen, why that is refused, and what to ask for instead. */
export type MergeError = {readonly kind: MergeErrorKind; readonly message: string};

/** What a merge did that its operation does not say; `ExistingFieldsRetained` is ours. */
export type MergeWarningKind =
	| 'KeptRequestedRuleNameToAvoidWidening'
	| 'ExistingAnyBinaryScopeRetained'
	| 'ExistingProtocolRetained'
	| 'ExistingEnforcementRetained'
	| 'ExistingTlsRetained'
	| 'ExistingAccessRetained'
	| 'ExistingFieldsRetained'
	| 'ExpandedAccessPreset'
	| 'IgnoredIncomingAccessBecauseRulesExist';

export type MergeWarning = {readonly kind: MergeWarningKind; readonly message: string};
