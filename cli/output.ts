import {clean, jsonSafe} from '../policies/model/clean.ts';
import type {Line, Style} from '../tui/present/line.ts';

/**
The two streams of a command. Results go to stdout, progress and warnings to stderr. Every span is
made visible once more before it is painted, so no text from outside can drive the terminal.
*/
export type Output = {
	lines(lines: readonly Line[]): void;
	text(text: string): void;
	/** One JSON value on one line, free of control and bidirectional characters. */
	json(value: unknown): void;
	/** A line for the person who waits; never part of the result. */
	progress(line: Line | string): void;
	/** stdout is a person's own terminal. */
	readonly isTerminal: boolean;
};

export type OutputStream = {
	write(text: string): unknown;
	readonly isTTY?: boolean;
};

export function makeOutput(
	stdout: OutputStream,
	stderr: OutputStream,
	{useColor}: {readonly useColor: boolean},
): Output {
	const isTerminal = stdout.isTTY === true;
	const paintOut = painter(useColor && isTerminal);
	const paintError = painter(useColor && stderr.isTTY === true);
	return {
		isTerminal,
		lines(lines) {
			if (lines.length > 0) {
				stdout.write(`${lines.map(paintOut).join('\n')}\n`);
			}
		},
		text: text => void stdout.write(`${text.split('\n').map(visible).join('\n')}\n`),
		json: value => void stdout.write(`${jsonSafe(value)}\n`),
		progress: line =>
			void stderr.write(`${paintError(typeof line === 'string' ? [{text: line}] : line)}\n`),
	};
}

const styles: Readonly<Record<Style, string>> = {
	label: '2',
	strong: '1',
	good: '32',
	bad: '31',
	warning: '33',
	muted: '2',
};

const painter =
	(useColor: boolean) =>
	(line: Line): string =>
		line
			.map(({text, style}) => {
				const shown = visible(text);
				return useColor && style !== undefined
					? `\u001B[${styles[style]}m${shown}\u001B[0m`
					: shown;
			})
			.join('');

const visible = (text: string): string => clean(text, Number.POSITIVE_INFINITY);
