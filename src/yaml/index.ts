export { type DocumentProblem, diagnose } from './diagnose.ts';
export { expandLists } from './lists.ts';
export { find, type Location, locate, locateWithin, type Part } from './locate.ts';
export { type ReadDocuments, readDocuments, type SourceDocument } from './read.ts';
