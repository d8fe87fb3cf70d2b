import { ImageError } from './image/index.ts';

/** Lets so much work run at a time, and the rest wait for its turn, up to a limit. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  readonly #most: number;
  #free: number;

  constructor(atOnce: number, waiting: number) {
    this.#free = atOnce;
    this.#most = waiting;
  }

  /** @throws ImageError `unavailable` where too much waits already */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else {
      if (this.#waiting.length >= this.#most)
        throw new ImageError('unavailable', 'too many images are being inspected');
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
