/** What `npm test` runs. */
export default {
	files: ['dist/test/**/*.test.js', '!dist/test/long/**'],
	timeout: '60s',
};
