/** UTF-16 code units of one text. */
export const longestText = 64 * 1024 * 1024;

/** Levels of mappings and lists; js-yaml's own limit, and far above what Kubernetes' types need. */
export const deepest = 100;

/** Values that all aliases of a document may stand for together. */
export const mostAliased = 100_000;

/** Problems reported of one text; the rest are counted. */
export const mostProblems = 100;
