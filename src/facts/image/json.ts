import { ImageError } from './error.ts';

/**
 * A JSON document from a registry, read strictly: a value that is there has the type it must have, or the document
 * is an error that says where. Only own properties are seen.
 */
export class Json {
  readonly #value: unknown;
  readonly #place: string;

  constructor(value: unknown, place: string) {
    this.#value = value;
    this.#place = place;
  }

  /** @param what the document, for messages: `the manifest` */
  static parse(bytes: Uint8Array, what: string): Json {
    try {
      return new Json(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), what);
    } catch (cause) {
      throw new ImageError('malformed', `${what} is not JSON`, { cause });
    }
  }

  get missing(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  get(key: string): Json {
    const record = this.#record();
    return new Json(Object.hasOwn(record, key) ? record[key] : undefined, `${this.#place}, \`${key}\``);
  }

  text(fallback?: string): string {
    if (this.missing && fallback !== undefined) return fallback;
    if (typeof this.#value !== 'string') throw this.wrong('a string');
    return this.#value;
  }

  /** A size: an integer of 0 or more. */
  size(): number {
    const value = this.#value;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw this.wrong('a size in bytes');
    return value;
  }

  /** Nothing there is an empty list. */
  list(limit: number): readonly Json[] {
    if (this.missing) return [];
    if (!Array.isArray(this.#value)) throw this.wrong('a list');
    if (this.#value.length > limit)
      throw new ImageError('limit', `${this.#place} has ${this.#value.length} items, more than ${limit}`);
    return this.#value.map((item, index) => new Json(item, `${this.#place}[${index}]`));
  }

  texts(limit: number): string[] {
    return this.list(limit).map((item) => item.text());
  }

  keys(): string[] {
    return this.missing ? [] : Object.keys(this.#record());
  }

  /** Of strings by name. Nothing there is an empty record. */
  record(): Record<string, string> {
    return Object.fromEntries(this.keys().map((key) => [key, this.get(key).text('')]));
  }

  wrong(expected: string): ImageError {
    return new ImageError('malformed', `${this.#place} is not ${expected}`);
  }

  #record(): Record<string, unknown> {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('an object');
    return value as Record<string, unknown>;
  }
}
