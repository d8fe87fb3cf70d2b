import type { Timing } from './timing.ts';

/** The clocks and timers of this process. */
export const systemTiming: Timing = {
  // CLOCK_MONOTONIC: a process that was stopped finds, when it goes on, that the time has passed.
  elapsed: () => performance.now(),
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
};
