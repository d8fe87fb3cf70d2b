import type { DocumentSource, JsonObject } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import type { Vocabulary } from './schema.ts';

/** A kind of document of Abatis's own: what one must look like, and what it is made into. */
export interface DocumentKind<T> {
  readonly kind: string;
  /** What messages call one: `policy`. */
  readonly noun: string;
  readonly namespaced: boolean;
  /** JSON Schema 2020-12. */
  schema(vocabulary: Vocabulary): JsonObject;
  /** What is wrong with a document that its schema cannot say; the document may be of any shape. */
  problems(document: JsonObject, vocabulary: Vocabulary): readonly DocumentProblem[];
  /** Of a document that has been found without fault. */
  make(document: JsonObject, source: DocumentSource, vocabulary: Vocabulary): T;
}
