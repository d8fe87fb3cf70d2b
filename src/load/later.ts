import type { Path } from '../model/index.ts';

/**
 * Fields that later versions have, by where they stand (`*` is any item). They are told apart from misspelt ones;
 * what removes a line here adds the field to the schema.
 */
const laterFields: ReadonlySet<string> = new Set(['spec.facts']);

/** Whether a later version knows the field at this path. */
export function isLaterField(path: Path): boolean {
  return laterFields.has(path.map((segment) => (typeof segment === 'number' ? '*' : segment)).join('.'));
}
