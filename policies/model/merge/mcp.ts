import type {Endpoint, McpOptions} from '../policy.ts';
import {same} from '../same.ts';

const defaults: McpOptions = {
	max_body_bytes: 65536,
	strict_tool_names: true,
	allow_all_known_mcp_methods: false,
};

/** What an MCP endpoint promises to inspect; options left out are the defaults. */
export const isSameMcpContract = (a: Endpoint, b: Endpoint): boolean =>
	same(a.mcp ?? defaults, b.mcp ?? defaults);
