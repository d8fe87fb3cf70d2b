/** How many requests may be in flight at the same time, and how many are. */
export interface Gate {
  /** Lets a request in; false where there are as many as there may be. */
  enter(): boolean;
  /** A request that was let in goes on after it has left, in the same turn of the event loop. */
  stay(): void;
  leave(): void;
  readonly inFlight: number;
  readonly limit: number;
}

/**
 * Judging takes one thread, so that at most one request is judged at any time. What piles up is what waits: for the
 * rest of a body, for a Namespace, for facts. Nothing is gained by queueing what comes on top of that, for those in
 * flight do not wait for each other; it is refused at once.
 */
export function requestGate(limit: number): Gate {
  let inFlight = 0;
  return {
    enter() {
      if (inFlight >= limit) return false;
      inFlight++;
      return true;
    },
    stay() {
      inFlight++;
    },
    leave() {
      inFlight--;
    },
    get inFlight() {
      return inFlight;
    },
    limit,
  };
}
