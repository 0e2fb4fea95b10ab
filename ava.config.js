/** What `npm test` runs. */
export default {
	files: ['dist/test/**/*.test.js', '!dist/test/long/**'],
	// Without any test ending in between; some start processes, and machines are busy.
	timeout: '3m',
};
