/** Clocks, timers and chance: everything that a lock needs beside the Lease. Tests bring their own. */
export interface Timing {
  /** Milliseconds since some moment. Never goes back, and goes on while the process is stopped. */
  elapsed(): number;
  /**
   * Milliseconds since 1970. Written into the Lease for people, and a second opinion on how much time has passed:
   * where `elapsed` stands still while the machine sleeps, this does not.
   */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Settled after so many milliseconds, or when the signal aborts, whichever comes first; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** A moment by both clocks. */
export interface Moment {
  readonly elapsed: number;
  readonly now: number;
}

export function momentOf(timing: Timing): Moment {
  return { elapsed: timing.elapsed(), now: timing.now() };
}

/** How long ago that was in milliseconds, by the clock that says the longer time: for who must not hold too long. */
export function ageOf(moment: Moment, timing: Timing): number {
  return Math.max(timing.elapsed() - moment.elapsed, timing.now() - moment.now);
}
