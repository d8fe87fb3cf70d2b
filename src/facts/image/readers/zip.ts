import type { ContentSink } from './reader.ts';

/** A file in a zip archive, its content not yet read. */
export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
}

const localHeader = 0x04034b50;
const descriptorMark = Buffer.from([0x50, 0x4b, 0x07, 0x08]);
const headerSize = 30;
/** A data descriptor at its longest: mark, checksum, two sizes of 8 bytes. */
const descriptorSize = 24;

/**
 * Walks through a zip archive from its first byte, without the directory at its end, so that it can be read from a stream. Where
 * an entry does not say its size beforehand, its end is where a data descriptor stands that gives just the bytes since.
 * Content is handed over as it is stored. At anything odd it stops: jars that are no jars are no error of the image.
 */
export class ZipWalker {
  readonly #open: (entry: ZipEntry) => ContentSink<unknown> | undefined;
  #state: 'header' | 'name' | 'data' | 'search' | 'ended' = 'header';
  #left = headerSize;
  #held: Buffer = Buffer.alloc(0);
  #header: Buffer = Buffer.alloc(0);
  #sink: ContentSink<unknown> | undefined;
  #passed = 0;

  constructor(open: (entry: ZipEntry) => ContentSink<unknown> | undefined) {
    this.#open = open;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#state !== 'ended') rest = this.#step(rest);
  }

  #step(chunk: Buffer): Buffer {
    if (this.#state === 'search') return this.#search(chunk);
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    if (this.#state === 'data') this.#sink?.write(part);
    else this.#held = this.#held.length === 0 ? part : Buffer.concat([this.#held, part]);
    if (this.#left === 0) this.#next();
    return chunk.subarray(part.length);
  }

  #next(): void {
    if (this.#state === 'data') {
      this.#close();
      return;
    }
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    if (this.#state === 'header') {
      this.#header = held;
      if (held.readUInt32LE(0) !== localHeader) this.#state = 'ended';
      else {
        this.#state = 'name';
        this.#left = held.readUInt16LE(26) + held.readUInt16LE(28);
        if (this.#left === 0) this.#state = 'ended';
      }
      return;
    }
    this.#onEntry(this.#header, held);
  }

  #onEntry(header: Buffer, rest: Buffer): void {
    const nameLength = header.readUInt16LE(26);
    const flags = header.readUInt16LE(6);
    const method = header.readUInt16LE(8);
    const size = header.readUInt32LE(18);
    const known = (flags & 8) === 0;
    if ((flags & 1) !== 0 || (method !== 0 && method !== 8) || size === 0xffffffff) {
      this.#state = 'ended';
      return;
    }
    this.#sink = this.#open({ name: rest.toString('utf8', 0, nameLength), deflated: method === 8 });
    this.#passed = 0;
    if (known || size > 0) {
      this.#state = 'data';
      this.#left = size;
      if (size === 0) this.#close();
    } else this.#state = 'search';
  }

  #search(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (let at = bytes.indexOf(descriptorMark); at !== -1; at = bytes.indexOf(descriptorMark, at + 1)) {
      if (at + descriptorSize > bytes.length) break;
      if (bytes.readUInt32LE(at + 8) !== (this.#passed + at) % 2 ** 32) continue;
      this.#sink?.write(bytes.subarray(0, at));
      this.#held = Buffer.alloc(0);
      // After 4-byte sizes comes the next header at once.
      const wide = bytes.readUInt16LE(at + 16) !== 0x4b50;
      this.#close();
      return bytes.subarray(at + (wide ? 24 : 16));
    }
    const safe = Math.max(0, bytes.length - descriptorSize);
    this.#sink?.write(bytes.subarray(0, safe));
    this.#passed += safe;
    this.#held = Buffer.from(bytes.subarray(safe));
    return Buffer.alloc(0);
  }

  #close(): void {
    this.#sink?.end();
    this.#sink = undefined;
    this.#state = 'header';
    this.#left = headerSize;
  }
}
