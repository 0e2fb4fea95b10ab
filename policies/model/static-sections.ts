import type {FilesystemPolicy, Policy, Problem} from './policy.ts';

/**
What a live sandbox cannot follow (contract 1.1): its file system may only gain paths, and whether
its workdir is bound, its landlock mode and its identity stay as it was made. Empty: it can follow.
*/
export const staticSectionsChanged = (before: Policy, after: Policy): readonly Problem[] => [
	...filesystemChanges(before.filesystem_policy ?? bare, after.filesystem_policy ?? bare),
	...changed('landlock', before.landlock?.compatibility, after.landlock?.compatibility),
	...changed('process.run_as_user', before.process?.run_as_user, after.process?.run_as_user),
	...changed('process.run_as_group', before.process?.run_as_group, after.process?.run_as_group),
];

const bare: FilesystemPolicy = {include_workdir: false, read_only: [], read_write: []};

const filesystemChanges = (
	before: FilesystemPolicy,
	after: FilesystemPolicy,
): readonly Problem[] => [
	...changed('filesystem_policy.include_workdir', before.include_workdir, after.include_workdir),
	...(['read_only', 'read_write'] as const).flatMap(key =>
		before[key]
			.filter(path => !after[key].includes(path))
			.map(path =>
				problem(`filesystem_policy.${key}`, `${path} cannot be taken from a live sandbox`),
			),
	),
];

const changed = <T>(at: string, before: T, after: T): readonly Problem[] =>
	before === after ? [] : [problem(at, 'cannot change while the sandbox lives')];

const problem = (at: string, what: string): Problem => ({
	severity: 'error',
	kind: 'StaticSectionChanged',
	message: `${what}; make a new sandbox with this policy instead`,
	at,
});
