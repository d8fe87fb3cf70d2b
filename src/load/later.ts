import type { Path } from '../model/index.ts';

/**
 * Fields that later versions have, by where they stand (`*` is any item). They are told apart from misspelt ones;
 * what removes a line here adds the field to the schema.
 */
const laterFields: ReadonlySet<string> = new Set([
  'spec.bindingRequired',
  'spec.facts',
  'spec.mutations',
  'spec.override',
  'spec.parameters',
  'spec.variables',
  'spec.match.conditions',
  'spec.rules.*.expression',
  'spec.rules.*.messageExpression',
  'spec.rules.*.when',
]);

/** Whether a later version knows the field at this path. */
export function isLaterField(path: Path): boolean {
  return laterFields.has(path.map((segment) => (typeof segment === 'number' ? '*' : segment)).join('.'));
}

/** Checks that later versions know: a rule that has one is not without a check. */
export const laterChecks: readonly string[] = ['expression'].filter((name) =>
  isLaterField(['spec', 'rules', 0, name]),
);

/** Kinds of Abatis's own that later versions read. */
export const laterKinds: readonly string[] = ['PolicyBinding', 'PolicyException'];
