import type { TurnClock } from './turn.ts';

/** In milliseconds: what Kubernetes waits where a webhook configuration says nothing of it. */
const defaultPatience = 10_000;

/** In milliseconds: kept for judging and for the way back. */
const reserve = 500;

/**
 * How long the API server waits for an answer: `?timeout=5s`, as it puts it into the URL of each call
 * (apiserver pkg/admission/plugin/webhook, `timeout` of the request). In milliseconds.
 */
export function patienceOf(url: string): number {
  const found = /[?&]timeout=(\d{1,3})s(?:&|$)/.exec(url);
  const seconds = Number(found?.[1]);
  return seconds >= 1 && seconds <= 30 ? seconds * 1000 : defaultPatience;
}

/**
 * When a request came, as `performance.now()` counts, as far as that can be known: the system takes requests in while
 * we are busy.
 * @param started when its body was there; the headers of a request without a body are not noted
 */
export function arrivalOf(
  { arrived }: { readonly arrived: number },
  started: number,
  turn: TurnClock,
): number {
  const seen = arrived === 0 ? started : arrived;
  return seen - turn.waited(seen);
}

/** Until when an answer must be there to be of use. */
export interface Deadline {
  /** When the API server gives up, as `performance.now()` counts. */
  readonly end: number;
  /** In milliseconds: how long facts and Namespaces may take from now on; 0 where there is no time left. */
  left(): number;
  /** Whether there is none. */
  isOver(): boolean;
}

/**
 * @param arrived `performance.now()` of when the request came, as far as that is known
 * @param url as the API server calls it
 */
export function deadlineOf(arrived: number, url: string): Deadline {
  const end = arrived + patienceOf(url);
  const left = () => Math.max(0, end - reserve - performance.now());
  return { end, left, isOver: () => left() === 0 };
}

/** What a promise that never rejects comes to, or undefined where that takes longer than `milliseconds`. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), milliseconds);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
