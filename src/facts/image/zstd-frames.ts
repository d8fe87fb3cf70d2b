import { ImageError } from './error.ts';

type State = 'magic' | 'descriptor' | 'header' | 'block' | 'content' | 'checksum' | 'skipSize' | 'skip';

/**
 * Cuts a zstd stream at the ends of its frames (RFC 8878, 3.1). Node's decoder stops at the end of the first frame where
 * more follows in the same chunk; cut there, it goes on with the next. Layers of many frames are usual (zstd:chunked), and
 * what comes after the first must not go unseen.
 */
export class ZstdFrames {
  #state: State = 'magic';
  #left = 4;
  #held = 0n;
  #shift = 0n;
  #lastBlock = false;
  #checksum = false;
  /** The frame's magic number, held back until it is known not to be a frame to skip. */
  #magic: Buffer | undefined;

  /** Whether the stream may end here. */
  get between(): boolean {
    return this.#state === 'magic' && this.#left === 4;
  }

  /** The chunk's parts, each within one frame; frames to skip are left out. */
  *cut(chunk: Buffer): Generator<Buffer> {
    let from = 0;
    let at = 0;
    while (at < chunk.length) {
      const isBulk = this.#state === 'content' || this.#state === 'skip' || this.#state === 'checksum';
      if (isBulk) {
        const count = Math.min(this.#left, chunk.length - at);
        at += count;
        this.#left -= count;
      } else {
        this.#held |= BigInt(chunk[at] as number) << this.#shift;
        this.#shift += 8n;
        at++;
        this.#left--;
      }
      while (this.#left === 0) {
        const before = this.#state;
        this.#next();
        if (before === 'magic') {
          from = at;
          if (this.#state === 'descriptor') yield this.#magic as Buffer;
        } else if (before === 'skip') from = at;
        else if (this.#state === 'magic') {
          yield chunk.subarray(from, at);
          from = at;
        }
      }
    }
    const isInFrame = this.#state !== 'magic' && this.#state !== 'skipSize' && this.#state !== 'skip';
    if (isInFrame && from < at) yield chunk.subarray(from, at);
  }

  #go(state: State, left: number): void {
    this.#state = state;
    this.#left = left;
    this.#held = 0n;
    this.#shift = 0n;
  }

  #next(): void {
    const value = Number(this.#held);
    switch (this.#state) {
      case 'magic':
        if (value >= 0x184d2a50 && value <= 0x184d2a5f) {
          this.#go('skipSize', 4);
          return;
        }
        if (value !== 0xfd2fb528)
          throw new ImageError('malformed', 'the layer is not zstd, which it is said to be');
        this.#magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
        this.#go('descriptor', 1);
        return;
      case 'skipSize': {
        this.#go('skip', value);
        return;
      }
      case 'skip':
      case 'checksum': {
        this.#go('magic', 4);
        return;
      }
      case 'descriptor': {
        const single = (value & 0x20) !== 0;
        const sizeFlag = value >> 6;
        const sizeBytes = sizeFlag === 0 ? (single ? 1 : 0) : 1 << sizeFlag;
        const dictionary = [0, 1, 2, 4][value & 3] as number;
        this.#checksum = (value & 4) !== 0;
        this.#go('header', (single ? 0 : 1) + dictionary + sizeBytes);
        return;
      }
      case 'header': {
        this.#go('block', 3);
        return;
      }
      case 'block': {
        this.#lastBlock = (value & 1) !== 0;
        const kind = (value >> 1) & 3;
        // Of a block that is one byte repeated, one byte stands there whatever its size.
        this.#go('content', kind === 1 ? 1 : value >> 3);
        return;
      }
      case 'content':
        if (!this.#lastBlock) {
          this.#go('block', 3);
          return;
        }
        if (this.#checksum) this.#go('checksum', 4);
        else this.#go('magic', 4);
    }
  }
}
