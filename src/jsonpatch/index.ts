/** Changing JSON documents without touching them: drafts, and patches as RFC 6902 has them. */
export { type Applied, applyOperation, applyPatch } from './apply.ts';
export { Draft } from './draft.ts';
export { childOf, equal, isContainer, isMapping, valueAt } from './json.ts';
export { formatPointer, parsePointer, pathOf } from './pointer.ts';
export { Trace } from './trace.ts';
export { operationsOf, writeJson } from './write.ts';
