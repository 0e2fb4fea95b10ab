import type {Chunk, ChunkStatus} from '../../policies/model/chunk.ts';
import type {Submission, SubmissionAnswer} from '../../policies/model/plugin.ts';
import type {Result} from '../../policies/model/result.ts';
import type {Settings} from '../../policies/model/settings.ts';
import type {GatewayAddress} from './send.ts';
import {type ClientFailure, makeTransport, type Transport} from './transport.ts';
import {
	type ApproveRequest,
	type AttachedSandbox,
	type AttachSandbox,
	type Certificate,
	type DenialBatch,
	type Health,
	type LoadReport,
	paths,
	type RejectRequest,
	type RulingAnswer,
	type SandboxConfig,
	type SandboxSummary,
} from './wire.ts';

type Answer<T> = Promise<Result<T, ClientFailure>>;

/** Every route of the gateway, typed. Which of them answer depends on who asks (wire.md §4). */
export type GatewayClient = {
	health(): Answer<Health>;
	sandboxes(): Answer<readonly SandboxSummary[]>;
	attach(sandbox: string, request: AttachSandbox): Answer<AttachedSandbox>;
	removeSandbox(sandbox: string): Answer<Record<string, never>>;
	/** A fresh certificate and key for the same sandbox. */
	renewCertificate(sandbox: string): Answer<Certificate>;
	config(sandbox: string): Answer<SandboxConfig>;
	reportLoad(sandbox: string, revision: number, report: LoadReport): Answer<Record<string, never>>;
	submit(
		sandbox: string,
		submission: Submission,
		idempotencyKey?: string,
	): Answer<SubmissionAnswer>;
	reportDenials(sandbox: string, batch: DenialBatch): Answer<Record<string, never>>;
	/** Newest first. */
	chunks(sandbox: string, status?: ChunkStatus): Answer<readonly Chunk[]>;
	chunk(sandbox: string, id: string): Answer<Chunk>;
	approve(
		sandbox: string,
		id: string,
		request: ApproveRequest,
		idempotencyKey?: string,
	): Answer<RulingAnswer>;
	reject(
		sandbox: string,
		id: string,
		request: RejectRequest,
		idempotencyKey?: string,
	): Answer<RulingAnswer>;
	/** Effective settings: what is set for all sandboxes wins over what is set for this one. */
	settings(sandbox: string): Answer<Settings>;
	setSetting(sandbox: string, key: string, value: string | boolean): Answer<Settings>;
	deleteSetting(sandbox: string, key: string): Answer<Settings>;
	globalSettings(): Answer<Partial<Settings>>;
	setGlobalSetting(key: string, value: string | boolean): Answer<Partial<Settings>>;
	deleteGlobalSetting(key: string): Answer<Partial<Settings>>;
	/** For the feed. */
	readonly transport: Transport;
	/** Ends all connections. */
	close(): void;
};

export const makeGatewayClient = (address: GatewayAddress): GatewayClient => {
	const transport = makeTransport(address);
	return {
		...operatorRoutes(transport),
		...sandboxRoutes(transport),
		...rulingRoutes(transport),
		...settingRoutes(transport),
		transport,
		close: () => transport.close(),
	};
};

const operatorRoutes = ({call}: Transport) => ({
	health: (): Answer<Health> => call({method: 'GET', path: paths.health}),
	sandboxes: (): Answer<readonly SandboxSummary[]> => call({method: 'GET', path: paths.sandboxes}),
	attach: (sandbox: string, body: AttachSandbox): Answer<AttachedSandbox> =>
		call({method: 'PUT', path: paths.sandbox(sandbox), body}),
	removeSandbox: (sandbox: string): Answer<Record<string, never>> =>
		call({method: 'DELETE', path: paths.sandbox(sandbox)}),
});

const sandboxRoutes = ({call}: Transport) => ({
	renewCertificate: (sandbox: string): Answer<Certificate> =>
		call({method: 'POST', path: paths.certificate(sandbox), body: {}}),
	config: (sandbox: string): Answer<SandboxConfig> =>
		call({method: 'GET', path: paths.config(sandbox)}),
	reportLoad: (
		sandbox: string,
		revision: number,
		body: LoadReport,
	): Answer<Record<string, never>> =>
		call({method: 'POST', path: paths.revisionStatus(sandbox, revision), body}),
	submit: (sandbox: string, body: Submission, idempotencyKey?: string): Answer<SubmissionAnswer> =>
		call({
			method: 'POST',
			path: paths.proposals(sandbox),
			body,
			...(idempotencyKey !== undefined && {idempotencyKey}),
		}),
	reportDenials: (sandbox: string, body: DenialBatch): Answer<Record<string, never>> =>
		call({method: 'POST', path: paths.denials(sandbox), body}),
});

const rulingRoutes = ({call}: Transport) => ({
	chunks: (sandbox: string, status?: ChunkStatus): Answer<readonly Chunk[]> =>
		call({
			method: 'GET',
			path: `${paths.chunks(sandbox)}${status === undefined ? '' : `?status=${status}`}`,
		}),
	chunk: (sandbox: string, id: string): Answer<Chunk> =>
		call({method: 'GET', path: paths.chunk(sandbox, id)}),
	approve: (
		sandbox: string,
		id: string,
		body: ApproveRequest,
		idempotencyKey?: string,
	): Answer<RulingAnswer> =>
		call({
			method: 'POST',
			path: paths.approve(sandbox, id),
			body,
			...(idempotencyKey !== undefined && {idempotencyKey}),
		}),
	reject: (
		sandbox: string,
		id: string,
		body: RejectRequest,
		idempotencyKey?: string,
	): Answer<RulingAnswer> =>
		call({
			method: 'POST',
			path: paths.reject(sandbox, id),
			body,
			...(idempotencyKey !== undefined && {idempotencyKey}),
		}),
});

const settingRoutes = ({call}: Transport) => ({
	settings: (sandbox: string): Answer<Settings> =>
		call({method: 'GET', path: paths.settings(sandbox)}),
	setSetting: (sandbox: string, key: string, value: string | boolean): Answer<Settings> =>
		call({method: 'PUT', path: paths.setting(sandbox, key), body: {value}}),
	deleteSetting: (sandbox: string, key: string): Answer<Settings> =>
		call({method: 'DELETE', path: paths.setting(sandbox, key)}),
	globalSettings: (): Answer<Partial<Settings>> =>
		call({method: 'GET', path: paths.globalSettings}),
	setGlobalSetting: (key: string, value: string | boolean): Answer<Partial<Settings>> =>
		call({method: 'PUT', path: paths.globalSetting(key), body: {value}}),
	deleteGlobalSetting: (key: string): Answer<Partial<Settings>> =>
		call({method: 'DELETE', path: paths.globalSetting(key)}),
});
