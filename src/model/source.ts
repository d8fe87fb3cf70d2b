/** A step into a document: a key of a mapping or an index of a list. */
export type PathSegment = string | number;

/** The way from the root of a document to a value in it; empty for the root itself. */
export type Path = readonly PathSegment[];

/** A place in a text. `line` and `column` count from 1, `offset` from 0; all in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A stretch of a text, `end` excluded. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/**
 * Where a document was read. Text is kept rather than positions, for positions are wanted only of what is
 * wrong; a document that never was text (one watched in a cluster) has none.
 */
export interface DocumentSource {
  /** What to call the place: a file as the user named it, `-` for standard input, `cluster` for a watched object. */
  readonly file: string;
  /** The whole text of the file. */
  readonly text?: string;
  /** Which document of the file this is, from 0. */
  readonly index: number;
  /** Where in the document's tree this one begins: the item of a `List`, for example `['items', 2]`. */
  readonly base?: Path;
}
