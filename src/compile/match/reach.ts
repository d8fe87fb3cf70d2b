import {
  compileKindPattern,
  type KindTable,
  parseKindPattern,
  type RequestedKind,
} from '../../kinds/index.ts';
import type { Criteria, Operation } from '../../model/index.ts';
import type { Problem } from '../problem.ts';

/** Whether kinds and operations of a change are within reach of criteria. The same for all changes of a kind. */
export type Reach = (requested: RequestedKind, operation: Operation) => boolean;

/**
 * Kinds and operations of a `match` or `exclude`.
 * @param defaults what an absent criterion stands for; undefined for everything
 */
export function compileReach(
  criteria: Criteria,
  defaults: { readonly kinds?: readonly string[]; readonly operations?: readonly Operation[] },
  table: KindTable,
): { readonly reach: Reach; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const patterns = criteria.kinds ?? defaults.kinds;
  const kinds: ((requested: RequestedKind) => boolean)[] = [];
  for (const [index, text] of (patterns ?? []).entries()) {
    const pattern = parseKindPattern(text);
    if (typeof pattern === 'string')
      problems.push({ code: 'AB1201', path: ['kinds', index], message: pattern });
    else kinds.push(compileKindPattern(pattern, table));
  }
  const listed = new Set<string>(criteria.operations ?? defaults.operations ?? ['*']);
  const reach: Reach = (requested, operation) =>
    (listed.has('*') || listed.has(operation)) &&
    (patterns === undefined || kinds.some((kind) => kind(requested)));
  return { reach, problems };
}
