/** Clocks, timers and chance. Tests bring their own. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Settled after so many milliseconds, or when the signal aborts, whichever comes first; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Calls after so many milliseconds, unless what it answers has been called by then. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemTiming: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    }),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
