import {err, ok, type Result} from '../result.ts';
import {admit} from './admit.ts';
import type {Dialect, Glob, GlobError, GlobNode} from './ast.ts';
import {parseHostNodes} from './parse-host.ts';
import {parseNodes} from './parse-nodes.ts';
import {GlobFault} from './scanner.ts';

/**
Reads a pattern of the one glob dialect (`path`), of host patterns, or of values. Whatever is
unclosed, empty or too complex is an error here, at load, so that no pattern fails later.
*/
export const parseGlob = (text: string, dialect: Dialect): Result<Glob, GlobError> => {
	try {
		const nodes = mergeText(dialect === 'host' ? parseHostNodes(text) : parseNodes(text, dialect));
		admit(text, nodes);
		const literal = literalOf(nodes);
		return ok({dialect, text, nodes, ...(literal === undefined ? {} : {literal})});
	} catch (error) {
		if (error instanceof GlobFault) {
			return err(error.fault);
		}

		throw error;
	}
};

/** Writes text so that a pattern of it matches only that text. */
export const escapeGlob = (literal: string): string => literal.replace(/[*?[\]{}\\]/g, '\\$&');

const mergeText = (nodes: readonly GlobNode[]): readonly GlobNode[] => {
	const merged: GlobNode[] = [];
	for (const node of nodes) {
		const last = merged.at(-1);
		if (node.kind === 'text' && last?.kind === 'text') {
			merged[merged.length - 1] = {kind: 'text', text: last.text + node.text};
		} else {
			merged.push(node);
		}
	}

	return merged;
};

const literalOf = (nodes: readonly GlobNode[]): string | undefined => {
	const [only, second] = nodes;
	if (!only) {
		return '';
	}

	return only.kind === 'text' && !second ? only.text : undefined;
};
