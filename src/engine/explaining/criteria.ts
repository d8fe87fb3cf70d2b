import {
  type Change,
  type Considered,
  type Criterion,
  No,
  type Truth,
  Unknown,
} from '../../compile/index.ts';
import type { ExplainedCriterion, Holds, Operation } from '../../model/index.ts';

/** What a criterion said, in a word. */
export function holdsOf(truth: Truth): Holds {
  return truth === No ? 'no' : truth === Unknown ? 'unknown' : 'yes';
}

/** Each criterion on its own, asked by the test that decides. */
export function explainCriterion(
  criterion: Criterion | undefined,
  change: Change,
): readonly ExplainedCriterion[] {
  return (criterion?.parts ?? []).map(({ name, wanted, test, seen }) => ({
    name,
    wanted,
    seen: seen(change),
    holds: holdsOf(test(change)),
  }));
}

/** Kinds and operations of a `match` or `exclude`; what it does not ask for is left out. */
export function explainReach(
  reach: Considered['reach'],
  requested: Considered['requested'],
  operation: Operation,
): readonly ExplainedCriterion[] {
  const { group, version, kind, resource, subresource } = requested;
  const name = [group, version, kind ?? resource, subresource].filter((part) => part !== '').join('/');
  return [
    ...(reach.kinds === undefined ? [] : [criterion('kinds', reach.kinds, name, reach.ofKind(requested))]),
    ...(reach.operations === undefined
      ? []
      : [criterion('operations', reach.operations, operation, reach.ofOperation(operation))]),
  ];
}

function criterion(name: string, wanted: unknown, seen: unknown, holds: boolean): ExplainedCriterion {
  return { name, wanted, seen, holds: holds ? 'yes' : 'no' };
}
