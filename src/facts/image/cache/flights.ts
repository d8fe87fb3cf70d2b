import { cancelled, throwIfCancelled } from '../error.ts';

/** Work that several callers wait for. */
export type Work<Result> = (signal: AbortSignal, onProgress: (done: number) => void) => Promise<Result>;

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly abort: AbortController;
  readonly listeners: Set<(done: number) => void>;
  waiting: number;
  done: number;
}

/**
 * Does the same work once for all who ask for it while it is under way. All hear of its progress. Who gives up leaves; the work
 * is given up when the last one has left.
 */
export class Flights<Result> {
  readonly #flights = new Map<string, Flight<Result>>();

  async join(
    key: string,
    work: Work<Result>,
    signal: AbortSignal,
    onProgress: (done: number) => void = () => {},
  ): Promise<Result> {
    throwIfCancelled(signal);
    const flight = this.#flights.get(key) ?? this.#start(key, work);
    flight.waiting++;
    flight.listeners.add(onProgress);
    if (flight.done > 0) onProgress(flight.done);
    const { promise, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(cancelled(signal));
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight.result, promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      flight.listeners.delete(onProgress);
      if (--flight.waiting === 0) {
        // Who comes now begins anew.
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.abort.abort(signal.reason);
      }
    }
  }

  #start(key: string, work: Work<Result>): Flight<Result> {
    const abort = new AbortController();
    const listeners = new Set<(done: number) => void>();
    const flight: Flight<Result> = {
      result: work(abort.signal, (done) => {
        flight.done = done;
        for (const listener of listeners) listener(done);
      }),
      abort,
      listeners,
      waiting: 0,
      done: 0,
    };
    // Whoever waits sees the error; that nobody does any more is no bug.
    flight.result.catch(() => {});
    this.#flights.set(key, flight);
    return flight;
  }
}
