import type {GatewayClient} from '../gateway/client/client.ts';
import type {Certificate} from '../gateway/client/wire.ts';
import type {SandboxId, SandboxName} from '../policies/model/names.ts';
import type {Clock} from '../policies/model/plugin.ts';
import type {Settings, Tier} from '../policies/model/settings.ts';
import type {ConnectTo} from './connect-to.ts';
import type {NamedPlugin} from './plugins.ts';

/** What `proxy start` says (wire.md §5), read and checked by the command line. */
export type ProxyOptions = {
	readonly sandbox: {
		readonly name: SandboxName;
		readonly id?: SandboxId;
		readonly tier: Tier;
		/** The manual that a denial names; it exists for this client. */
		readonly skillFile: string;
	};
	/** `<state>/sandboxes/<name>`, ours alone. */
	readonly stateDir: string;
	/** Of the explicit listener; port 0 takes a free one. */
	readonly listen: {readonly host: string; readonly port: number};
	/** The sandbox's own proxy token. */
	readonly token: string;
	/** `--policy`: what is in force without a gateway, or until it answers. */
	readonly policy?: string;
	/** `--connect-to`, decision 25. */
	readonly connectTo: readonly ConnectTo[];
	/** `--upstream-ca`: the file as given, for the record, and its PEM. */
	readonly upstreamCa?: {readonly file: string; readonly pem: string};
	/** `openshell run`: ancestors of callers are followed up to it. */
	readonly rootPid?: number;
	/** Ports that no rule opens, beside our own: the gateway's. */
	readonly ownPorts: readonly number[];
	/** In force until the gateway says otherwise. */
	readonly settings?: Partial<Settings>;
	/** `--plugin` and the config file: they stand before those that render and record. */
	readonly plugins: readonly NamedPlugin[];
	/** What the config file says under `plugins`, by name. */
	readonly pluginConfig: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	/** Of the product. */
	readonly version: string;
};

/** Effects; `cli` has the real ones. */
export type ProxyDeps = {
	/** As this sandbox, over mutual TLS; absent: no gateway. */
	readonly gateway?: GatewayClient;
	/** What `gateway` shows; absent: it is never renewed. */
	readonly identity?: GatewayIdentity;
	readonly clock: Clock;
	/** Milliseconds that only go forward. */
	monotonic(): number;
	/** From 0 to 1. */
	random(): number;
	randomBytes(count: number): Uint8Array;
	/** A ULID. */
	newId(): string;
};

/** The certificate a sandbox shows to its gateway, and where the next one is kept. */
export type GatewayIdentity = {
	/** PEM. */
	readonly certificate: string;
	/** Whole or not at all, for the owner only. */
	keep(renewed: Certificate): Promise<void>;
};
