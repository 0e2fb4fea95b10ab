/**
The last guard before a terminal: whatever has no shape of its own (controls, escapes, bidirectional
and ignorable characters, lone surrogates, line separators) is shown as its code point.
*/
export const visible = (text: string): string =>
	text.replaceAll(
		/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu,
		character =>
			`<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
	);
