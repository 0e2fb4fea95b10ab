/** What `npm run test:long` runs: minutes, not seconds. */
export default {
	files: ['dist/test/long/**/*.test.js'],
	timeout: '10m',
	concurrency: 1,
};
