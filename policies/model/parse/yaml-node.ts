import {
	type Alias,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	type Pair,
	parseDocument,
	type YAMLError,
} from 'yaml';
import {maxDepth, maxDocumentLength, maxNodes} from './limits.ts';
import {DocumentFault, type DocumentNode, type Entry, type Position} from './node.ts';

/**
A YAML 1.2 text as nodes with positions. Strict: duplicate keys, unknown tags, several documents
and keys that are no strings are faults; aliases are followed, and counted each time, so that they
cannot multiply a document. Throws `DocumentFault`.
*/
export const nodeFromYaml = (text: string): DocumentNode => {
	if (text.length > maxDocumentLength) {
		throw new DocumentFault('DocumentTooLarge', `longer than ${maxDocumentLength} characters`);
	}

	const lines = new LineCounter();
	const document = parseDocument(text, {
		strict: true,
		// Checked below: the library compares each key with every other.
		uniqueKeys: false,
		version: '1.2',
		schema: 'core',
		prettyErrors: false,
		lineCounter: lines,
	});
	const [fault] = [...document.errors, ...document.warnings];
	if (fault) {
		throw faultOf(fault, positionAt(lines, fault.pos[0]));
	}

	return convert(document.contents, {lines, anchors: new Map(), depth: 0, seen: {count: 0}});
};

const faultOf = ({code, message}: YAMLError, position: Position): DocumentFault =>
	code === 'RESOURCE_EXHAUSTION'
		? new DocumentFault('DocumentTooDeep', `nested more than ${maxDepth} levels deep`, position)
		: new DocumentFault('SyntaxError', message, position);

type Walk = {
	readonly lines: LineCounter;
	/** The latest node of each anchor; those inside an alias are known already. */
	readonly anchors: Map<string, unknown>;
	readonly isAliased?: true;
	readonly depth: number;
	readonly seen: {count: number};
};

const convert = (node: unknown, walk: Walk): DocumentNode => {
	const position = positionOf(node, walk);
	walk.seen.count++;
	if (walk.seen.count > maxNodes) {
		throw new DocumentFault('DocumentTooLarge', `more than ${maxNodes} values`, position);
	}

	if (walk.depth > maxDepth) {
		throw new DocumentFault(
			'DocumentTooDeep',
			`nested more than ${maxDepth} levels deep`,
			position,
		);
	}

	const inner = {...walk, depth: walk.depth + 1};
	if (isAlias(node)) {
		return {...convert(resolve(node, walk, position), {...inner, isAliased: true}), position};
	}

	register(node, walk);
	if (isSeq(node)) {
		return {kind: 'list', items: node.items.map(item => convert(item, inner)), position};
	}

	if (isMap(node)) {
		return {kind: 'mapping', entries: entriesOf(node.items, inner), position};
	}

	return {kind: 'scalar', value: scalarOf(node, position), position};
};

const register = (node: unknown, walk: Walk): void => {
	const {anchor} = (node ?? {}) as {readonly anchor?: string};
	if (anchor !== undefined && !walk.isAliased) {
		walk.anchors.set(anchor, node);
	}
};

/** The library's own way walks the whole document for each alias. */
const resolve = (alias: Alias, walk: Walk, position: Position | undefined): unknown => {
	if (!walk.anchors.has(alias.source)) {
		throw new DocumentFault('SyntaxError', 'an alias without its anchor', position);
	}

	return walk.anchors.get(alias.source);
};

const entriesOf = (pairs: readonly Pair[], walk: Walk): ReadonlyMap<string, Entry> => {
	const entries = new Map<string, Entry>();
	for (const pair of pairs) {
		const [key, entry] = entryOf(pair, walk);
		if (entries.has(key)) {
			throw new DocumentFault('SyntaxError', 'a key is written twice', entry.keyPosition);
		}

		entries.set(key, entry);
	}

	return entries;
};

const entryOf = (pair: Pair, walk: Walk): readonly [string, Entry] => {
	const {key} = pair;
	const keyPosition = positionOf(key, walk);
	if (!isScalar(key) || typeof key.value !== 'string') {
		throw new DocumentFault('UnsupportedYaml', 'a key must be a string; quote it', keyPosition);
	}

	return [key.value, {keyPosition, value: convert(pair.value, walk)}];
};

const scalarOf = (node: unknown, position: Position | undefined) => {
	const value = isScalar(node) ? node.value : null;
	if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
		return value as string | number | boolean | null;
	}

	throw new DocumentFault(
		'UnsupportedYaml',
		'a value must be text, a number or a boolean',
		position,
	);
};

const positionOf = (node: unknown, {lines}: Walk): Position | undefined => {
	const start = (node as Node | null)?.range?.[0];
	return start === undefined ? undefined : positionAt(lines, start);
};

const positionAt = (lines: LineCounter, offset: number): Position => {
	const {line, col} = lines.linePos(offset);
	return {line, column: col};
};
