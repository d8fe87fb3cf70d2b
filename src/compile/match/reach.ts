import {
  compileKindPattern,
  type KindTable,
  parseKindPattern,
  type RequestedKind,
} from '../../kinds/index.ts';
import type { Criteria, Operation } from '../../model/index.ts';
import { beneath, type Problem } from '../problem.ts';
import { type Criterion, compileCriteria } from './criteria.ts';

/** Whether kinds and operations of a change are within reach of criteria. The same for all changes of a kind. */
export interface Reach {
  (requested: RequestedKind, operation: Operation): boolean;
  /** The kinds that it asks for; undefined for any. */
  readonly kinds: readonly string[] | undefined;
  /** The operations that it asks for; undefined for any. */
  readonly operations: readonly string[] | undefined;
  ofKind(requested: RequestedKind): boolean;
  ofOperation(operation: Operation): boolean;
}

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
  const operations = criteria.operations ?? defaults.operations;
  const listed = new Set<string>(operations ?? ['*']);
  const ofOperation = (operation: Operation): boolean => listed.has('*') || listed.has(operation);
  const ofKind = (requested: RequestedKind): boolean =>
    patterns === undefined || kinds.some((kind) => kind(requested));
  const reach: Reach = Object.assign(
    (requested: RequestedKind, operation: Operation) => ofOperation(operation) && ofKind(requested),
    { kinds: patterns, operations, ofKind, ofOperation },
  );
  return { reach, problems };
}

/** What is left alone of what is within reach. */
export interface Exclusion {
  readonly reach: Reach;
  /** The criteria but for kinds and operations; undefined where there are none. */
  readonly criterion: Criterion | undefined;
}

/** An `exclude` that asks for nothing excludes nothing: nobody means to switch a policy off by an empty mapping. */
export function compileExclude(
  exclude: Criteria | undefined,
  table: KindTable,
  problems: Problem[],
): Exclusion | undefined {
  if (exclude === undefined || Object.keys(exclude).length === 0) return undefined;
  const { reach, problems: found } = compileReach(exclude, {}, table);
  problems.push(...found.map((problem) => beneath(['spec', 'exclude'], problem)));
  return { reach, criterion: compileCriteria(exclude, 'exclude') };
}
