/**
The name of a rule nobody named (contract §2.5): `allow_api_github_com_443`. Long hosts are cut,
so that an agent may use the name (64 characters); `attempt` above 1 makes another one.
*/
export const generatedRuleName = (host: string, port: number, attempt = 1): string => {
	const words = host.replace(/[.-]/g, '_').replace(/[^a-z0-9_]/g, '');
	const end = attempt === 1 ? `_${port}` : `_${port}_${attempt}`;
	return `${`allow_${words}`.slice(0, maxNameLength - end.length)}${end}`;
};

const maxNameLength = 64;
