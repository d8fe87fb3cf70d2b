/** Kinds of tokens. One- and two-character operators are their own text. */
export type TokenKind =
  | 'end'
  /** What the lexer has reported already; stands for a value. */
  | 'invalid'
  | 'identifier'
  | 'escaped'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'true'
  | 'false'
  | 'null'
  | 'in'
  | Operator;

export type Operator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>='
  | '>'
  | '&&'
  | '||'
  | '['
  | ']'
  | '{'
  | '}'
  | '('
  | ')'
  | '.'
  | ','
  | '-'
  | '!'
  | '?'
  | ':'
  | '+'
  | '*'
  | '/'
  | '%';

/**
 * The tokens of a source, in three parallel arrays of which the first `count` entries count; the last is `end`.
 * Spans are UTF-16 offsets. The arrays are the lexer's own and used again for the next source.
 */
export interface Tokens {
  readonly count: number;
  readonly kinds: readonly TokenKind[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}
