import type { Facts } from '../model/index.ts';
import type { Endpoint, Metrics } from './metrics.ts';
import type { Trace } from './tracing.ts';

interface Request {
  readonly endpoint: Endpoint;
  /** `performance.now()` of when it was read, and its Namespace known. */
  readonly read: number;
  readonly trace: Trace | undefined;
}

/** Tells the time that policies take from the time that is waited for facts. */
export class Timed {
  readonly #metrics: Metrics;
  readonly #request: Request;
  /** When the last round began to be judged, and when the one before had ended. */
  #asked = 0;
  #answered = 0;
  #evaluating = 0;
  #waiting = 0;

  constructor(metrics: Metrics, request: Request) {
    this.#metrics = metrics;
    this.#request = request;
    this.#answered = request.read;
  }

  /** One round of judging. */
  ask<T>(judge: (facts: Facts | undefined) => T, facts: Facts | undefined): T {
    const isFirst = this.#asked === 0;
    this.#asked = isFirst ? this.#answered : performance.now();
    const { trace } = this.#request;
    if (!isFirst) {
      this.#waiting += this.#asked - this.#answered;
      trace?.phase('wait', this.#answered, this.#asked);
    }
    const result = judge(facts);
    this.#answered = performance.now();
    this.#evaluating += this.#answered - this.#asked;
    trace?.phase('evaluate', this.#asked, this.#answered);
    return result;
  }

  /** Counts the phases. Answers the milliseconds that judging took. */
  done(): number {
    const { endpoint } = this.#request;
    this.#metrics.phase(endpoint, 'evaluate', this.#evaluating / 1000);
    if (this.#waiting > 0) this.#metrics.phase(endpoint, 'wait', this.#waiting / 1000);
    return this.#evaluating;
  }

  /** `performance.now()` of when the last round was judged. */
  get answered(): number {
    return this.#answered;
  }
}
