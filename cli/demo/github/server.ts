import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {createAuthority} from '../../../proxy/authority.ts';
import type {Account} from './account.ts';
import {serveGit} from './git-http.ts';
import {serveApi} from './rest/api.ts';

export const githubNames = {api: 'api.github.com', git: 'github.com'} as const;

/** A running stand-in for GitHub on loopback. */
export type GithubStandIn = {
	readonly port: number;
	/** PEM of the authority that signed its certificate: what a proxy needs as `--upstream-ca`. */
	readonly authority: string;
	/** The bare repository of a name, whether it exists or not. */
	repository(name: string): string;
	close(): Promise<void>;
};

export type GithubOptions = {
	readonly login: string;
	readonly token: string;
	/** An existing folder of its own. */
	readonly root: string;
	readonly now: () => number;
};

/**
Starts the stand-in: one HTTPS server that is `api.github.com` (a REST subset) and `github.com`
(git over smart HTTP), told apart by the Host header as the real ones are.
*/
export async function startGithub(options: GithubOptions): Promise<GithubStandIn> {
	const account: Account = {...options, repositories: new Map()};
	const names: readonly string[] = Object.values(githubNames);
	// A throwaway authority: its key is in this process's memory only and gone with it.
	const authority = createAuthority({name: 'stand-in', now: options.now, capacity: names.length});
	const server = createServer(
		{
			SNICallback(name, done) {
				if (names.includes(name)) {
					done(null, authority.contextFor(name));
				} else {
					done(new Error('unknown name'));
				}
			},
		},
		(request, response) => {
			void serve(account, request, response).catch(() => response.destroy());
		},
	);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	return {
		port: (server.address() as AddressInfo).port,
		authority: authority.caPem,
		repository: name => path.join(options.root, options.login, `${name.toLowerCase()}.git`),
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

async function serve(
	account: Account,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
	if (request.headers['user-agent'] === undefined) {
		return text(
			response,
			403,
			'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n',
		);
	}

	switch (host) {
		case githubNames.api: {
			return serveApi(account, request, response);
		}

		case githubNames.git: {
			return serveGit(account, request, response);
		}

		default: {
			return text(response, 421, 'Misdirected Request\n');
		}
	}
}

function text(response: ServerResponse, status: number, body: string): void {
	response.writeHead(status, {
		'Content-Type': 'text/plain; charset=utf-8',
		'Content-Length': Buffer.byteLength(body),
	});
	response.end(body);
}
