/** Resolves when the condition holds; looks once per turn of the event loop. */
export const waitFor = async (condition: () => boolean): Promise<void> => {
	while (!condition()) {
		await new Promise(resolve => setImmediate(resolve));
	}
};
