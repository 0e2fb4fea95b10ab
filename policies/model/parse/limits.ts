/** Characters of a policy text: thousands of rules fit. At the bound: `DocumentTooLarge`. */
export const maxDocumentLength = 1_048_576;
/** Values of a document, aliases counted each time they are used. At the bound: `DocumentTooLarge`. */
export const maxNodes = 100_000;
/** Nesting of a document; the language itself needs ten. At the bound: `DocumentTooDeep`. */
export const maxDepth = 32;
/** Problems collected; the rest would repeat them. At the bound: one last problem says so. */
export const maxProblems = 100;
/** Code points of a rule key or name in a policy file. */
export const maxNameLength = 128;
/** contract 1.3: paths of `filesystem_policy` in total, and bytes of one. */
export const maxFilesystemPaths = 256;
export const maxFilesystemPathBytes = 4096;
/** contract 1.3. */
export const maxMiddlewares = 10;
export const maxMiddlewarePatterns = 32;
/** contract 1.2: what a body limit of 0, or none, means. */
export const defaultMaxBodyBytes = 65_536;
