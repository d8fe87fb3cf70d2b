/** What is wrong with a path, and where in its text; `length` is 0 where something is missing. */
export interface PathProblem {
  /** Lower case, one sentence. */
  readonly message: string;
  readonly help?: string;
  /** UTF-16 code units from the start of the path. */
  readonly offset: number;
  readonly length: number;
}

const integer = /-?[0-9]+/y;
const blank = /[ \t\r\n]*/y;

/**
 * A text being read, and the first problem met. Reading functions return undefined on a problem, and the reader
 * gives up; `problem` says why.
 */
export class Scanner {
  readonly text: string;
  position = 0;
  problem: PathProblem | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The code unit ahead, empty at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.position + ahead);
  }

  /** Consumes `token` if it is next. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  skipBlanks(): void {
    blank.lastIndex = this.position;
    blank.test(this.text);
    this.position = blank.lastIndex;
  }

  /** Records a problem, of what stands at `offset` unless told otherwise; the first one stays. */
  fail(message: string, help?: string, offset = this.position, length = this.#widthAt(offset)): undefined {
    this.problem ??= help === undefined ? { message, offset, length } : { message, help, offset, length };
    return undefined;
  }

  /** What is next, to be named in a message. */
  get next(): string {
    return this.atEnd
      ? 'the end of the path'
      : `\`${this.text.slice(this.position, this.position + this.#widthAt(this.position))}\``;
  }

  /** An integer as RFC 9535 has it: no leading zeros, no `-0`, exactly representable. */
  integer(): number | undefined {
    const start = this.position;
    integer.lastIndex = start;
    const digits = integer.exec(this.text)?.[0];
    if (digits === undefined) return this.fail(`expected a number, found ${this.next}`);
    this.position = integer.lastIndex;
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) {
      return this.fail(`\`${digits}\` is too large an index`, undefined, start, digits.length);
    }
    if (String(value) !== digits || Object.is(value, -0)) {
      return this.fail(`\`${digits}\` is not an index`, `write \`${value + 0}\``, start, digits.length);
    }
    return value;
  }

  /** A name in single or double quotes, escapes as in JSON (and `\'`). */
  quoted(): string | undefined {
    const start = this.position;
    const quote = this.peek();
    this.position++;
    let value = '';
    for (;;) {
      const character = this.peek();
      if (this.atEnd) {
        this.position = start;
        return this.fail(
          `the quote is never closed`,
          `close it with ${quote}`,
          start,
          this.text.length - start,
        );
      }
      this.position++;
      if (character === quote) return value;
      if (character !== '\\') value += character;
      else {
        const escaped = this.#escape(quote);
        if (escaped === undefined) return undefined;
        value += escaped;
      }
    }
  }

  #escape(quote: string): string | undefined {
    const letter = this.peek();
    this.position++;
    const simple = simpleEscapes[letter];
    if (simple !== undefined) return simple;
    if (letter === quote || letter === '\\' || letter === '/') return letter;
    const digits = this.text.slice(this.position, this.position + 4);
    if (letter === 'u' && /^[0-9A-Fa-f]{4}$/.test(digits)) {
      this.position += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    return this.fail(
      `\`\\${letter}\` is not an escape`,
      'write `\\\\` for a backslash itself',
      this.position - 2,
      letter === '' ? 1 : 2,
    );
  }

  #widthAt(offset: number): number {
    const code = this.text.codePointAt(offset);
    if (code === undefined) return 0;
    return code > 0xffff ? 2 : 1;
  }
}

const simpleEscapes: { readonly [letter: string]: string } = Object.assign(Object.create(null), {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
});
