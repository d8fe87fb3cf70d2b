import { kindTable, parseKindPattern } from '../../kinds/index.ts';
import type { GroupVersionKind } from '../../model/index.ts';
import { definitionName } from '../../openapi/index.ts';
import { nearest } from '../../suggest/index.ts';

/** Something that cannot be done, and what to do instead. */
export interface Refusal {
  readonly problem: string;
  readonly help: string;
}

/** The kind that a user means: a built-in one by its name, any other in full. */
export interface ChosenKind extends GroupVersionKind {
  /** As a policy names it. */
  readonly pattern: string;
}

/** From the one that most kinds are served as. */
const versions = ['v1', 'v2', 'v1beta1', 'v1beta2', 'v1alpha1', 'v1alpha2', 'v1alpha3', 'v1beta3'];

/** Reads `Deployment`, `apps/Deployment` or `example.com/v1/Widget`. */
export function chooseKind(text: string): ChosenKind | Refusal {
  const pattern = parseKindPattern(text);
  if (typeof pattern === 'string' || /[*?]/.test(text) || pattern.subresource !== undefined) {
    return { problem: `\`${text}\` is not one kind`, help: 'name one, such as `Deployment`' };
  }
  const table = kindTable();
  const { kind } = pattern;
  const groups = pattern.group === undefined ? table.builtinGroups(kind) : [pattern.group];
  for (const group of groups) {
    const version =
      pattern.version ?? versions.find((each) => definitionName(group, each, kind) !== undefined);
    if (version === undefined) continue;
    return { group, version, kind, pattern: text };
  }
  const guess = nearest(kind, new Set(table.all.map((row) => row.kind)));
  return {
    problem: `\`${text}\` is not a kind of Kubernetes's own`,
    help:
      guess === undefined
        ? 'a custom kind is written in full: `example.com/v1/Widget`'
        : `did you mean \`${guess}\`? A custom kind is written in full: \`example.com/v1/Widget\``,
  };
}
