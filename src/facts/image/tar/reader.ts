import { ImageError } from '../error.ts';
import { blockSize, type Header, malformed, readHeader } from './header.ts';
import { cleanPath, type PathLimits } from './path.ts';
import { paxNumber, readPax } from './pax.ts';
import { untilNul } from './text.ts';

/** What an archive has: one file, directory or link. */
export interface TarEntry {
  readonly type: 'file' | 'directory' | 'symlink' | 'link' | 'device';
  /** From the root, without a slash at either end; the root is empty. See {@link cleanPath}. */
  readonly path: string;
  /** Of a link, as it is written. */
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of the file's content; without the holes where it is sparse. */
  readonly size: number;
  /** Where its content begins in the archive. */
  readonly offset: number;
  /** Has holes that are left out of the archive. */
  readonly sparse: boolean;
}

/** Takes a file's content as it comes. Chunks may be kept. */
export interface Sink {
  write(chunk: Buffer): void;
  end(): void;
}

export interface TarLimits extends PathLimits {
  readonly entries: number;
  readonly tarHeaderBytes: number;
}

type State = 'header' | 'special' | 'sparse' | 'sparseMap' | 'data' | 'padding' | 'ended';

/**
 * Reads a tar archive that is handed over in chunks: POSIX ustar and pax, GNU long names and sparse files, base-256
 * numbers. Holds no more than one header. Where readers differ it follows Go's archive/tar, by which images are unpacked, so
 * that nothing can lie in a layer that it does not see. Throws ImageErrors.
 */
export class TarReader {
  readonly #limits: TarLimits;
  readonly #onEntry: (entry: TarEntry) => Sink | undefined;
  #state: State = 'header';
  /** Bytes that are still to come in this state. */
  #left = blockSize;
  #padding = 0;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #header: Header | undefined;
  #sink: Sink | undefined;
  #pax: Map<string, string> | undefined;
  #longName = '';
  #longTarget = '';
  #zeroBlock = false;
  #entries = 0;
  #position = 0;

  constructor(limits: TarLimits, onEntry: (entry: TarEntry) => Sink | undefined) {
    this.#limits = limits;
    this.#onEntry = onEntry;
  }

  /** How many entries there were. */
  get entries(): number {
    return this.#entries;
  }

  /** The next bytes. After the archive's end anything may follow, and is ignored. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#state !== 'ended') {
      const part = chunk.subarray(at, Math.min(chunk.length, at + this.#left));
      at += part.length;
      this.#left -= part.length;
      this.#position += part.length;
      if (this.#state === 'data') this.#sink?.write(part);
      else if (this.#state !== 'padding') this.#hold(part);
      while (this.#left === 0 && (this.#state as State) !== 'ended') this.#next();
    }
  }

  /** Bytes from here on that nobody wants: whoever can seek may {@link skip} them. */
  get idle(): number {
    return this.#state === 'padding' || (this.#state === 'data' && this.#sink === undefined) ? this.#left : 0;
  }

  /** Takes bytes for read that are {@link idle}. */
  skip(count: number): void {
    this.#left -= count;
    this.#position += count;
    while (this.#left === 0 && this.#state !== 'ended') this.#next();
  }

  /** Says that no more comes. Throws where the archive breaks off. */
  end(): void {
    if (this.#state === 'ended') return;
    const between = this.#state === 'header' && this.#heldBytes === 0 && this.#pax === undefined;
    const last = this.#state === 'padding' && this.#left < blockSize;
    if (!(between || last) || this.#longName !== '') throw malformed('is cut short');
  }

  #hold(part: Buffer): void {
    this.#held.push(part);
    this.#heldBytes += part.length;
  }

  #take(): Buffer {
    const [first] = this.#held;
    const bytes = this.#held.length === 1 && first !== undefined ? first : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return bytes;
  }

  #go(state: State, left: number): void {
    this.#state = state;
    this.#left = left;
  }

  /** All bytes of a state have come. */
  #next(): void {
    switch (this.#state) {
      case 'header': {
        this.#onHeader(this.#take());
        return;
      }
      case 'special': {
        this.#onSpecial(this.#header as Header, this.#take());
        return;
      }
      case 'sparse': {
        this.#onSparseBlock(this.#take());
        return;
      }
      case 'sparseMap': {
        this.#onSparseMap();
        return;
      }
      case 'data':
        this.#sink?.end();
        this.#sink = undefined;
        this.#go('padding', this.#padding);
        return;
      case 'padding': {
        this.#go('header', blockSize);
        return;
      }
    }
  }

  #onHeader(block: Buffer): void {
    const header = readHeader(block);
    if (header === undefined) {
      if (this.#zeroBlock) this.#go('ended', 0);
      else this.#go('header', blockSize);
      this.#zeroBlock = true;
      return;
    }
    if (this.#zeroBlock) throw malformed('goes on after its end');
    this.#header = header;
    switch (header.type) {
      case 'x':
      case 'g':
      case 'L':
      case 'K':
        if (header.size > this.#limits.tarHeaderBytes)
          throw new ImageError('limit', `the archive has an extended header of ${header.size} bytes`);
        this.#go('special', padded(header.size));
        return;
      default:
        if (header.type === 'S' && header.gnu && block[482] !== 0) {
          this.#go('sparse', blockSize);
          return;
        }
        this.#onFile(header);
        return;
    }
  }

  #onSpecial(header: Header, block: Buffer): void {
    const content = block.subarray(0, header.size);
    // Settings for all files that follow ('g') are ignored, as runtimes do.
    if (header.type === 'x') this.#pax = readPax(content);
    else if (header.type === 'L') this.#longName = untilNul(content);
    else if (header.type === 'K') this.#longTarget = untilNul(content);
    this.#go('header', blockSize);
  }

  // The map of an old GNU sparse file goes on in blocks of its own. Where the holes are does not matter here.
  #onSparseBlock(block: Buffer): void {
    if (block[504] !== 0) {
      this.#go('sparse', blockSize);
      return;
    }
    this.#onFile(this.#header as Header);
  }

  #onFile(header: Header): void {
    if (++this.#entries > this.#limits.entries)
      throw new ImageError('limit', `the archive has more than ${this.#limits.entries} entries`);
    const pax = this.#pax ?? nothing;
    const isPaxSparse =
      pax.has('GNU.sparse.major') || pax.has('GNU.sparse.map') || pax.has('GNU.sparse.size');
    const name =
      this.#longName || (isPaxSparse && pax.get('GNU.sparse.name')) || pax.get('path') || header.name;
    const target = this.#longTarget || pax.get('linkpath') || header.target;
    const type = header.type === '0' && name.endsWith('/') ? 'directory' : typeOf(header.type);
    // Of what has no content, the size is ignored.
    const size = headerOnly.has(header.type) ? 0 : (paxNumber(pax, 'size') ?? header.size);
    const [uid = header.uid, gid = header.gid] = [paxNumber(pax, 'uid'), paxNumber(pax, 'gid')];
    const mapInData = pax.get('GNU.sparse.major') === '1' && pax.get('GNU.sparse.minor') === '0';
    this.#pax = undefined;
    this.#longName = '';
    this.#longTarget = '';
    this.#padding = padded(size) - size;
    const path = cleanPath(name, this.#limits);
    const sparse = header.type === 'S' || isPaxSparse;
    const { mode } = header;
    this.#sink = this.#onEntry({ type, path, target, mode, uid, gid, size, offset: this.#position, sparse });
    if (mapInData && size > 0) {
      this.#mapSize = size;
      if (size < blockSize) throw malformed('has a sparse file without map');
      this.#go('sparseMap', blockSize);
      this.#mapBlocks = 0;
    } else this.#go('data', size);
  }

  #mapSize = 0;
  #mapBlocks = 0;

  // Decimal numbers, one a line: how many pairs, then the pairs; filled up to a block. The content follows.
  #onSparseMap(): void {
    this.#mapBlocks++;
    const used = this.#mapBlocks * blockSize;
    if (used > this.#limits.tarHeaderBytes)
      throw new ImageError('limit', 'the archive has too long a sparse map');
    const bytes = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
    this.#held = [bytes];
    const first = bytes.indexOf(10);
    const pairs = Number(first === -1 ? Number.NaN : bytes.toString('latin1', 0, first));
    if (first === -1 || !Number.isInteger(pairs) || pairs < 0)
      throw malformed('has a sparse file without map');
    if (countLines(bytes) < 1 + 2 * pairs) {
      if (used + blockSize > this.#mapSize) throw malformed('has a sparse file without map');
      this.#go('sparseMap', blockSize);
      return;
    }
    this.#take();
    this.#go('data', this.#mapSize - used);
  }
}

const nothing: ReadonlyMap<string, string> = new Map();

const headerOnly: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);

function typeOf(type: string): TarEntry['type'] {
  switch (type) {
    case '1':
      return 'link';
    case '2':
      return 'symlink';
    case '5':
      return 'directory';
    case '3':
    case '4':
    case '6':
      return 'device';
    case '0':
    case '7':
    case 'S':
      return 'file';
    default:
      throw new ImageError('unsupported', `the archive has an entry of type ${JSON.stringify(type)}`);
  }
}

function padded(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
