import type { IncomingMessage } from 'node:http';
import { throwIfCancelled } from '../error.ts';
import { connectionProblem } from './connection-problem.ts';
import { TransientError } from './retry.ts';
import type { Timing } from './timing.ts';

export interface BodyOptions {
  readonly host: string;
  /** Milliseconds without a byte after which it is given up: up to twice as long. */
  readonly stall: number;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

/**
 * A response's body. It ends soon after the signal, and where nothing comes for some time; the time that its reader takes does
 * not count.
 */
export async function* readBody(reply: IncomingMessage, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const { host, stall, timing, signal } = options;
  const watch = new StallWatch(timing, stall, () => reply.destroy());
  const onAbort = (): void => void reply.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  const chunks = reply[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    throwIfCancelled(signal);
    for (;;) {
      watch.begin();
      const { done, value } = await chunks.next();
      watch.pause();
      if (watch.stalled) throw new Error('stalled');
      throwIfCancelled(signal);
      if (done === true) return;
      yield value;
    }
  } catch (error) {
    if (watch.stalled && !signal.aborted)
      throw new TransientError('unavailable', `\`${host}\` has sent nothing for ${stall} ms`);
    throw connectionProblem(error, { host, late: undefined, signal });
  } finally {
    watch.end();
    signal.removeEventListener('abort', onAbort);
    if (!reply.readableEnded) reply.destroy();
  }
}

/** Looks now and then whether it is still the same read that waits: one timer for many chunks. */
class StallWatch {
  stalled = false;
  readonly #timing: Timing;
  readonly #milliseconds: number;
  readonly #onStall: () => void;
  #cancel: () => void = () => {};
  #reads = 0;
  #waiting = false;

  constructor(timing: Timing, milliseconds: number, onStall: () => void) {
    this.#timing = timing;
    this.#milliseconds = milliseconds;
    this.#onStall = onStall;
    this.#arm();
  }

  begin(): void {
    this.#reads++;
    this.#waiting = true;
  }

  pause(): void {
    this.#waiting = false;
  }

  end(): void {
    this.#cancel();
  }

  #arm(): void {
    const reads = this.#reads;
    const waiting = this.#waiting;
    this.#cancel = this.#timing.after(this.#milliseconds, () => {
      if (!waiting || !this.#waiting || this.#reads !== reads) return this.#arm();
      this.stalled = true;
      this.#onStall();
    });
  }
}
