/** Looks for texts in content that comes in chunks; each is found where it lies across two as well. */
export class Needles {
  readonly #needles: readonly Buffer[];
  readonly #found: boolean[];
  readonly #longest: number;
  #carry: Buffer = Buffer.alloc(0);

  constructor(needles: readonly Buffer[]) {
    this.#needles = needles;
    this.#found = needles.map(() => false);
    this.#longest = Math.max(...needles.map(({ length }) => length));
  }

  write(chunk: Buffer): void {
    const keep = this.#longest - 1;
    const seam = this.#carry.length === 0 ? undefined : Buffer.concat([this.#carry, chunk.subarray(0, keep)]);
    for (const [index, needle] of this.#needles.entries()) {
      if (this.#found[index]) continue;
      this.#found[index] = chunk.includes(needle) || (seam?.includes(needle) ?? false);
    }
    this.#carry =
      chunk.length >= keep
        ? Buffer.from(chunk.subarray(chunk.length - keep))
        : Buffer.concat([this.#carry, chunk]).subarray(-keep);
  }

  has(index: number): boolean {
    return this.#found[index] === true;
  }
}
