import type {GlobNode} from './ast.ts';
import {maxLiteralLength, maxPatternLength, maxSinglesAfterStar, maxStars} from './limits.ts';
import {GlobFault} from './scanner.ts';

/** Refuses patterns whose automata could grow out of bounds, before any is built. */
export const admit = (text: string, nodes: readonly GlobNode[]): void => {
	const isLiteral = nodes.every(node => node.kind === 'text');
	const limit = isLiteral ? maxLiteralLength : maxPatternLength;
	const length = [...text].length;
	if (length > limit) {
		throw new GlobFault('PatternTooLong', `longer than ${limit} characters`, limit);
	}

	const tally = {stars: 0, singles: 0, hasStar: false};
	count(nodes, tally);
};

type Tally = {stars: number; singles: number; hasStar: boolean};

const count = (nodes: readonly GlobNode[], tally: Tally): void => {
	for (const node of nodes) {
		switch (node.kind) {
			case 'text':
				tally.singles = 0;
				break;
			case 'one':
			case 'class':
				countSingle(tally);
				break;
			case 'choice':
				for (const branch of node.branches) {
					count(branch, tally);
				}

				break;
			case 'run':
			case 'labels':
			case 'components':
			case 'anything':
				countStar(tally);
				break;
		}
	}
};

const countStar = (tally: Tally): void => {
	tally.stars++;
	tally.hasStar = true;
	tally.singles = 0;
	if (tally.stars > maxStars) {
		throw new GlobFault('TooManyStars', `more than ${maxStars} runs of * in one pattern`, 0);
	}
};

const countSingle = (tally: Tally): void => {
	tally.singles += tally.hasStar ? 1 : 0;
	if (tally.singles > maxSinglesAfterStar) {
		throw new GlobFault(
			'TooManySingles',
			`more than ${maxSinglesAfterStar} of ? or [..] in a row after a *`,
			0,
		);
	}
};
