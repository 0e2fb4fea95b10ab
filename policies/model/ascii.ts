/** Lower case for A to Z only: `toLowerCase` turns the Kelvin sign into a plain k. */
export const asciiLower = (text: string): string =>
	text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
