/** In milliseconds. */
const interval = 50;

/** How long requests may have waited that nobody could look at. */
export interface TurnClock {
  /**
   * In milliseconds, at the most, to a tenth of a second: what is taken up in one turn of the event loop has come since
   * the turn before it began.
   * @param now `performance.now()`
   */
  waited(now: number): number;
  stop(): void;
}

/** Notes when turns of the event loop begin; asking costs a subtraction. */
export function turnClock(): TurnClock {
  let last = performance.now();
  let before = last;
  const timer = setInterval(() => {
    before = last;
    last = performance.now();
  }, interval);
  timer.unref();
  return {
    // Where nothing is late, the timer was due once or twice since then.
    waited: (now) => Math.max(0, now - before - 2 * interval),
    stop: () => clearInterval(timer),
  };
}
