/** Reads stanzas of `Key: value` lines that blank lines part, of which only some keys matter. */
export class Stanzas {
  readonly #keys: ReadonlySet<string>;
  readonly #separator: string;
  readonly #onStanza: (field: (key: string) => string | undefined) => void;
  readonly #fields = new Map<string, string>();

  constructor(
    keys: readonly string[],
    separator: string,
    onStanza: (field: (key: string) => string | undefined) => void,
  ) {
    this.#keys = new Set(keys);
    this.#separator = separator;
    this.#onStanza = onStanza;
  }

  line(line: string): void {
    if (line === '') {
      this.end();
      return;
    }
    const at = line.indexOf(this.#separator);
    if (at === -1) return;
    const key = line.slice(0, at);
    if (this.#keys.has(key)) this.#fields.set(key, line.slice(at + this.#separator.length).trim());
  }

  end(): void {
    if (this.#fields.size > 0) this.#onStanza((key) => this.#fields.get(key));
    this.#fields.clear();
  }
}
