/**
Resolves when the condition holds, and looks again every few milliseconds: for what several events may
bring about, or another process. Where one event says it, wait for the event.
*/
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
	while (!(await condition())) {
		await new Promise(resolve => {
			setTimeout(resolve, 2);
		});
	}
};
