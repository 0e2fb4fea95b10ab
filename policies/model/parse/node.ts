/**
One value of a document, whatever it was written in: a YAML file, where it has a position, or
JSON. The readers see only this, so there is one schema for both.
*/
export type DocumentNode = Scalar | List | Mapping;

export type Position = {readonly line: number; readonly column: number};

type Placed = {readonly position: Position | undefined};

export type Scalar = Placed & {
	readonly kind: 'scalar';
	readonly value: string | number | boolean | null;
};

export type List = Placed & {readonly kind: 'list'; readonly items: readonly DocumentNode[]};

export type Mapping = Placed & {
	readonly kind: 'mapping';
	/** A map, so that a key named `__proto__` is a key. */
	readonly entries: ReadonlyMap<string, Entry>;
};

export type Entry = {readonly keyPosition: Position | undefined; readonly value: DocumentNode};

/** Why a document could not become nodes. */
export class DocumentFault extends Error {
	readonly kind: 'DocumentTooLarge' | 'DocumentTooDeep' | 'SyntaxError' | 'UnsupportedYaml';
	readonly position: Position | undefined;

	constructor(kind: DocumentFault['kind'], message: string, position?: Position) {
		super(message);
		this.kind = kind;
		this.position = position;
	}
}
