import {maxEventBytes} from './limits.ts';

/** One block of a `text/event-stream`: a comment-only or id-only block has no data. */
export type SseBlock = {readonly id: string | undefined; readonly data: string | undefined};

/**
Cuts a byte stream into blocks (WHATWG HTML §9.2, the fields `id` and `data`). Throws when a
block is longer than an event of ours can be.
*/
export async function* readBlocks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SseBlock> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const part of bytes) {
		rest += decoder.decode(part, {stream: true});
		const blocks = rest.split('\n\n');
		rest = blocks.pop() ?? '';
		for (const block of blocks) {
			yield parseBlock(block);
		}

		if (rest.length > maxEventBytes) {
			throw new Error('the feed sent an event that is too long');
		}
	}
}

const parseBlock = (text: string): SseBlock => {
	const lines = text.split('\n');
	const id = field(lines, 'id').at(-1);
	const data = field(lines, 'data');
	return {id, data: data.length === 0 ? undefined : data.join('\n')};
};

const field = (lines: readonly string[], name: string): readonly string[] =>
	lines
		.filter(line => line.startsWith(`${name}:`))
		.map(line => line.slice(name.length + 1).replace(/^ /, ''));
