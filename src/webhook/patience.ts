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

/** In milliseconds: how long facts may take. */
export function budgetOf({
  patience,
  started,
}: {
  readonly patience: number;
  readonly started: number;
}): number {
  return Math.max(0, patience - reserve - (performance.now() - started));
}
