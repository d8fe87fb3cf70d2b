import type { FactSource } from './source.ts';

/**
 * A source that can find nothing out, and says why.
 * @param name as policies declare it
 */
export function unavailable(name: string, reason: string): FactSource {
  const answer = { status: 'unavailable', reason } as const;
  return { name, late: reason, peek: () => answer, find: async () => answer };
}
