import type {Dialect} from '../../policies/model/glob/ast.ts';

/**
An independent reading of the glob dialects for tests: the pattern's text, token by token, as a
backtracking JavaScript expression. It shares no code with the parser or the automata.
*/
export const naiveMatch = (pattern: string, text: string, dialect: Dialect): boolean => {
	const source = pattern === '**' && dialect !== 'host' ? '.*' : translate[dialect](pattern);
	return new RegExp(`^(?:${source})$`, 'su').test(text);
};

const path = (pattern: string): string =>
	pattern
		.match(
			/\\.|^(?:\*\*\/)+\*\*$|^(?:\*\*\/)+|(?:\/\*\*)+$|\/(?:\*\*\/)+|\*+|\[[!^]?\]?[^\]]*\]|./gsu,
		)
		?.map(token => {
			if (/^(?:\*\*\/)+\*\*$/.test(token)) {
				return '.*';
			}

			if (/^(?:\*\*\/)+$/.test(token)) {
				return '(?:|/|.*/)';
			}

			if (/^(?:\/\*\*)+$/.test(token)) {
				return '/.*';
			}

			return /^\/(?:\*\*\/)+$/.test(token) ? '(?:/|/.*/)' : single(token, '[^/]');
		})
		.join('') ?? '';

const value = (pattern: string): string =>
	pattern
		.match(/\\.|\*+|\[[!^]?\]?[^\]]*\]|./gsu)
		?.map(token => single(token, '.'))
		.join('') ?? '';

const host = (pattern: string): string =>
	pattern
		.toLowerCase()
		.split('.')
		.map(label => {
			if (label === '**') {
				return '[^.]+(?:\\.[^.]+)*';
			}

			return label === '*' ? '[^.]+' : label.split('*').map(quote).join('[^.]*');
		})
		.join('\\.');

const translate: Readonly<Record<Dialect, (pattern: string) => string>> = {path, value, host};

const single = (token: string, any: string): string => {
	switch (token[0]) {
		case '*':
			return `${any}*`;
		case '?':
			return any;
		case '{':
			return '(?:';
		case '}':
			return ')';
		case ',':
			return '|';
		case '[':
			return `(?=${any})${token.replace(/^\[!/, '[^')}`;
		default:
			return quote(token.replace(/^\\/, ''));
	}
};

const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&');
