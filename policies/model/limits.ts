/** Bytes of a request path, raw and canonical: what common servers accept (contract 1.6). At the bound: `PathTooLong`. */
export const maxPathLength = 4096;
/** Name and value pairs of a query; a request head has room for more than any API asks. At the bound: an error. */
export const maxQueryPairs = 1024;
