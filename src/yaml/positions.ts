import type { Position, Span } from '../model/index.ts';

/** Turns offsets of one text into lines and columns. Lines end at `\n`, `\r\n` and `\r`, as in YAML. */
export class Lines {
  readonly #starts: readonly number[];
  readonly #length: number;

  constructor(text: string) {
    const starts = [0];
    const lineBreak = /\r\n|\n|\r/g;
    while (lineBreak.test(text)) starts.push(lineBreak.lastIndex);
    this.#starts = starts;
    this.#length = text.length;
  }

  /** Offsets outside the text are moved to its nearest end. */
  position(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: inside - (this.#starts[low] ?? 0) + 1, offset: inside };
  }

  span(start: number, end: number): Span {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }
}
