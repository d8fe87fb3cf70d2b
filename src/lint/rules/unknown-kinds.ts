import { type KindTable, kindsOf, parseKindPattern } from '../../kinds/index.ts';
import type { Criteria } from '../../model/index.ts';
import { didYouMean, nearest } from '../../suggest/index.ts';
import type { LintRule, Oddity } from '../lint-rule.ts';

/**
 * A kind that does not exist, wherever one is named but in a policy's `match`, of which `compile` says it. A custom
 * kind that nobody has defined here may well exist: only what is all but a known kind, or of a group whose kinds are
 * known, is told of.
 */
export const unknownKinds: LintRule = {
  code: 'AB1202',
  severity: 'warning',
  *policy({ policy: { spec } }, { kinds: table }) {
    yield* unknownIn('exclude', spec.exclude, table);
    for (const [index, { source }] of (spec.facts ?? []).entries()) {
      const { value } = source;
      if (source.name !== 'lookup' || typeof value !== 'object' || value === null) continue;
      const kind = 'kind' in value ? String(value.kind) : '';
      yield* unknown(kind, ['spec', 'facts', index, 'lookup', 'kind'], table);
    }
  },
  *binding({ spec }, { kinds: table }) {
    yield* unknownIn('match', spec.match, table);
    yield* unknownIn('exclude', spec.exclude, table);
  },
  *exception({ spec }, { kinds: table }) {
    yield* unknownIn('match', spec.match, table);
  },
};

function* unknownIn(
  side: 'match' | 'exclude',
  criteria: Criteria | undefined,
  table: KindTable,
): Generator<Oddity> {
  for (const [index, text] of (criteria?.kinds ?? []).entries()) {
    yield* unknown(text, ['spec', side, 'kinds', index], table);
  }
}

function* unknown(text: string, path: Oddity['path'], table: KindTable): Generator<Oddity> {
  const pattern = parseKindPattern(text);
  if (typeof pattern === 'string' || /[*?]/.test(text) || kindsOf(pattern, table).length > 0) return;
  const { group, kind } = pattern;
  const isOfKnownGroup = table.all.some((row) => row.group === group);
  if (group !== undefined && !isOfKnownGroup) return;
  const near = nearest(kind, new Set(table.all.map((row) => row.kind)));
  if (near === undefined && !isOfKnownGroup) return;
  const others = table.all.filter((row) => row.kind === (near ?? kind)).map(written);
  const help =
    didYouMean(text, others) ?? (others[0] === undefined ? undefined : `did you mean \`${others[0]}\`?`);
  yield {
    path,
    message: `no kind is known that \`${text}\` stands for`,
    help: help ?? 'a custom kind is known by its CustomResourceDefinition',
  };
}

/** A kind as one writes it: of the core group without one. */
function written({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return group === '' ? kind : `${group}/${kind}`;
}
