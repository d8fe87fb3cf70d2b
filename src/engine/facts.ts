import type { FactRequest, Facts } from '../model/index.ts';

/** Where nobody can find anything out about the world beyond the request. */
export const nothingKnown: Facts = { answer: () => ({ status: 'unknown' }) };

/** Each request once: of those that ask for the same, the one that waits longest. */
export function unique(requests: readonly FactRequest[]): readonly FactRequest[] {
  if (requests.length < 2) return requests;
  const byKey = new Map<string, FactRequest>();
  for (const request of requests) {
    const key = `${request.source} ${request.key}`;
    const known = byKey.get(key);
    if (known === undefined || (request.within ?? 0) > (known.within ?? 0)) byKey.set(key, request);
  }
  return [...byKey.values()];
}
