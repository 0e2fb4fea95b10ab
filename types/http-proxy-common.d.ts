declare module 'http-proxy/lib/http-proxy/common.js' {
	const common: {urlJoin: (targetPath: string, requestPath: string) => string};
	export default common;
}
