import { offsetInQuotes } from './inside.ts';
import type { NodeKind, Outline } from './outline.ts';

/** What keeps a text from being JSON: a message, and where. */
export interface JsonProblem {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  readonly tooDeep: boolean;
}

/** A JSON value's outline and where it ends, or what is wrong with it. */
export type ScannedJson =
  | { readonly ok: true; readonly outline: Outline; readonly end: number }
  | { readonly ok: false; readonly problem: JsonProblem };

const blanks = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![A-Za-z0-9_$.+-])/y;
const word = /[A-Za-z0-9_$.+-]+/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Finds out where the values of a JSON text stand, or what is wrong with it; reading the values is left to
 * `JSON.parse`. One value is read from the start of `text`, blanks before it aside.
 */
export function scanJson(text: string, deepest: number): ScannedJson {
  const scanner = new JsonScanner(text, deepest);
  if (scanner.value(0)) return { ok: true, outline: scanner.outline(), end: scanner.position };
  const { problem } = scanner;
  if (problem === undefined) throw new Error('a scan ended without a value and without a problem');
  return { ok: false, problem };
}

class JsonScanner {
  readonly #text: string;
  readonly #deepest: number;
  readonly #kinds: NodeKind[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #after: number[] = [];
  position = 0;
  problem: JsonProblem | undefined;

  constructor(text: string, deepest: number) {
    this.#text = text;
    this.#deepest = deepest;
  }

  outline(): Outline {
    const text = this.#text;
    const [starts, ends] = [this.#starts, this.#ends];
    const source = (node: number): string => text.slice(starts[node], ends[node]);
    return {
      kinds: this.#kinds,
      starts,
      ends,
      after: this.#after,
      targets: new Map(),
      keyOf: (node) => (source(node).startsWith('"') ? String(JSON.parse(source(node))) : undefined),
      offsetIn: (node, offset) => {
        const start = starts[node];
        if (start === undefined) return undefined;
        return source(node).startsWith('"') ? offsetInQuotes(text, start + 1, offset, false) : start + offset;
      },
    };
  }

  value(depth: number): boolean {
    this.#skipBlanks();
    const start = this.position;
    const next = this.#text.charAt(start);
    if (next === '{' || next === '[') {
      if (depth >= this.#deepest) return this.#fail('the document is nested too deeply', 1, true);
      const node = this.#open(next === '{' ? 'mapping' : 'list');
      this.position++;
      if (!(next === '{' ? this.#members(depth) : this.#items(depth))) return false;
      this.#close(node);
      return true;
    }
    const node = this.#open('scalar');
    if (!(next === '"' ? this.#string() : this.#word())) return false;
    this.#close(node);
    return true;
  }

  #members(depth: number): boolean {
    this.#skipBlanks();
    if (this.#take('}')) return true;
    for (;;) {
      this.#skipBlanks();
      if (this.#text.charAt(this.position) !== '"') {
        return this.#fail(`expected a key in double quotes, found ${this.#next()}`);
      }
      const key = this.#open('scalar');
      if (!this.#string()) return false;
      this.#close(key);
      this.#skipBlanks();
      if (!this.#take(':')) return this.#fail(`expected \`:\`, found ${this.#next()}`);
      if (!this.value(depth + 1)) return false;
      this.#skipBlanks();
      if (this.#take('}')) return true;
      if (!this.#take(',')) return this.#fail(`expected \`,\` or \`}\`, found ${this.#next()}`);
    }
  }

  #items(depth: number): boolean {
    this.#skipBlanks();
    if (this.#take(']')) return true;
    for (;;) {
      if (!this.value(depth + 1)) return false;
      this.#skipBlanks();
      if (this.#take(']')) return true;
      if (!this.#take(',')) return this.#fail(`expected \`,\` or \`]\`, found ${this.#next()}`);
    }
  }

  #string(): boolean {
    const start = this.position;
    const text = this.#text;
    for (this.position++; this.position < text.length; ) {
      const code = text.charCodeAt(this.position);
      if (code === 0x22) {
        this.position++;
        return true;
      }
      if (code < 0x20) return this.#fail('a text goes over the end of its line or holds a control character');
      if (code === 0x5c) {
        escapeSequence.lastIndex = this.position;
        if (!escapeSequence.test(text))
          return this.#fail(`\`${text.slice(this.position, this.position + 2)}\` is not an escape`, 2);
        this.position = escapeSequence.lastIndex;
      } else this.position++;
    }
    this.position = start;
    return this.#fail('the quote is never closed');
  }

  #word(): boolean {
    const start = this.position;
    number.lastIndex = start;
    if (number.test(this.#text)) {
      this.position = number.lastIndex;
      return true;
    }
    word.lastIndex = start;
    const found = word.exec(this.#text)?.[0];
    if (found === 'true' || found === 'false' || found === 'null') {
      this.position += found.length;
      return true;
    }
    if (found === undefined) return this.#fail(`expected a value, found ${this.#next()}`);
    return this.#fail(`\`${found.slice(0, 60)}\` is no JSON value`, found.length);
  }

  #open(kind: NodeKind): number {
    this.#kinds.push(kind);
    this.#starts.push(this.position);
    this.#ends.push(this.position);
    return this.#after.push(0) - 1;
  }

  #close(node: number): void {
    this.#ends[node] = this.position;
    this.#after[node] = this.#kinds.length;
  }

  #take(token: string): boolean {
    if (this.#text.charAt(this.position) !== token) return false;
    this.position++;
    return true;
  }

  #next(): string {
    const code = this.#text.codePointAt(this.position);
    return code === undefined ? 'the end of the text' : `\`${String.fromCodePoint(code)}\``;
  }

  #skipBlanks(): void {
    blanks.lastIndex = this.position;
    blanks.test(this.#text);
    this.position = blanks.lastIndex;
  }

  #fail(message: string, length = 1, tooDeep = false): false {
    const offset = Math.min(this.position, this.#text.length);
    this.problem ??= { message, offset, length: Math.min(length, this.#text.length - offset), tooDeep };
    return false;
  }
}
