import { builtinKinds, type KindTable } from '../kinds/index.ts';
import type { GroupVersionKind } from '../model/index.ts';
import { nearest } from '../suggest/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';

/** The names of Kubernetes' own kinds, by group. */
const builtin: ReadonlyMap<string, readonly string[]> = new Map(
  [...Map.groupBy(builtinKinds, ({ group }) => group)].map(([group, rows]) => [
    group,
    rows.map(({ kind }) => kind),
  ]),
);

/**
 * A kind in one of Kubernetes' own groups that it does not have there: no policy would apply to the object, and
 * the API server would refuse it.
 */
export function unknownKind(
  { group, kind }: GroupVersionKind,
  table: KindTable,
): DocumentProblem | undefined {
  const known = builtin.get(group);
  if (known === undefined || table.ofKind(group, kind) !== undefined) return undefined;
  const guess = nearest(kind, known);
  const where = group === '' ? 'the core group' : `the group \`${group}\``;
  return {
    code: 'AB2109',
    severity: 'warning',
    message: `Kubernetes has no kind \`${kind}\` in ${where}`,
    help: guess === undefined ? '`kubectl api-resources` lists what there is' : `did you mean \`${guess}\`?`,
    path: ['kind'],
  };
}
