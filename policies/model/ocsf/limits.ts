/** Longest free text (a reason, an error, a message), in code points; the rest becomes `...`: one event stays one readable line. */
export const maxText = 1024;

/** Longest text a person or an agent wrote, in code points: enough for two sentences, too little to bury a line in. */
export const maxWritten = 200;

/** Longest name, path of a program or host, in code points: twice the longest DNS name. */
export const maxName = 512;

/** Longest request method, in code points: the registered ones have at most 17. */
export const maxMethod = 32;

/** Longest URL path, in code points: the proxy refuses longer targets before they become events. */
export const maxPath = 4096;

/** Longest part of a shorthand line that came from outside, in code points (contract §7.3). */
export const maxShown = 256;

/** Most ancestors of a process that are kept: the chain is cut at the sandbox's entry long before. */
export const maxAncestors = 64;
