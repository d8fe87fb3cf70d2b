import { readersVersion } from '../readers/index.ts';
import { DiskStore } from './disk.ts';
import { Flights, type Work } from './flights.ts';
import { MemoryStore } from './memory.ts';

export interface CacheOptions {
  /** Bytes that are held in memory. */
  readonly memoryBytes?: number;
  /** A folder that outlives the process and may be shared by several. Without it nothing is written. */
  readonly folder?: string;
  /** Bytes that the folder may have. */
  readonly diskBytes?: number;
  /** Told when the folder cannot be read or written: facts are found without it. */
  readonly onProblem?: (error: unknown) => void;
}

const mib = 1024 * 1024;

/** What entries mean, apart from what readers find. Raise it when the form of layers' or images' facts changes. */
const formVersion = 1;

/**
 * Facts by digest, which never change. In memory, and in a folder where one is given; what is asked for while it is
 * being found out is found out once. See {@link Flights} for who gives up.
 */
export class ImageCache {
  readonly #memory: MemoryStore;
  readonly #disk: DiskStore | undefined;
  readonly #flights = new Flights<unknown>();
  readonly #onProblem: (error: unknown) => void;

  constructor({
    memoryBytes = 16 * mib,
    folder,
    diskBytes = 256 * mib,
    onProblem = () => {},
  }: CacheOptions = {}) {
    this.#memory = new MemoryStore(memoryBytes);
    this.#disk = folder === undefined ? undefined : new DiskStore(folder, diskBytes);
    this.#onProblem = onProblem;
  }

  /**
   * What is known under a key, or what `work` finds out.
   * @param kind what it is of: the same digest may have facts of several kinds
   */
  async obtain<Result>(
    kind: 'layer' | 'image',
    digest: string,
    work: Work<Result>,
    signal: AbortSignal,
    onProgress?: (done: number) => void,
  ): Promise<Result> {
    const key = `${kind} ${formVersion}.${readersVersion} ${digest}`;
    const held = parse<Result>(this.#memory.get(key));
    if (held !== undefined) return held;
    const flight: Work<unknown> = async (signal, progress) => {
      const stored = await this.#stored(key);
      const known = parse<Result>(stored);
      if (stored !== undefined && known !== undefined) {
        this.#memory.set(key, stored);
        return known;
      }
      const result = await work(signal, progress);
      const bytes = Buffer.from(JSON.stringify(result));
      this.#memory.set(key, bytes);
      await this.#disk?.set(key, bytes).catch(this.#onProblem);
      return result;
    };
    return (await this.#flights.join(key, flight, signal, onProgress)) as Result;
  }

  async #stored(key: string): Promise<Uint8Array | undefined> {
    return this.#disk?.get(key).catch((error: unknown) => {
      this.#onProblem(error);
      return undefined;
    });
  }
}

function parse<Result>(bytes: Uint8Array | undefined): Result | undefined {
  return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString()) as Result);
}
