import { selections, type TargetPlace } from '../../compile/index.ts';
import { isAlwaysFilled } from '../../defaulting/index.ts';
import { parsePath } from '../../jsonpath/index.ts';
import type { Path } from '../../model/index.ts';
import { definitionName, fieldAt } from '../../openapi/index.ts';
import { nearest } from '../../suggest/index.ts';

/** The ways that a JSONPath can go, as paths with an index for any item; undefined where that is not one way. */
export function stepsOf(text: string, form: 'any' | 'full' = 'any'): Path | undefined {
  const parsed = parsePath(text, { form });
  if (!parsed.ok) return undefined;
  const path: (string | number)[] = [];
  for (const step of parsed.path.steps) {
    if (step.kind === 'name') path.push(step.name);
    else if (step.kind === 'index' || step.kind === 'slice' || step.kind === 'filter') path.push(0);
    else if (step.kind === 'wildcard') path.push(anyItem);
    else return undefined;
  }
  return path;
}

/** A wildcard goes through lists and mappings alike; as an index it is right for a list. */
const anyItem = 0;

/** What `each` selects from, as paths from the target. Undefined where one of them is not known. */
export function itemPaths(each: readonly string[] | undefined): readonly Path[] | undefined {
  if (each === undefined) return [[]];
  const texts = each.flatMap((text) => (Object.hasOwn(selections, text) ? (selections[text] ?? []) : [text]));
  const paths = texts.map((text) => stepsOf(text, 'full'));
  return paths.every((path) => path !== undefined) ? (paths as Path[]) : undefined;
}

/** A field that none of the kinds has. */
export interface NoField {
  readonly field: string;
  readonly guess: string | undefined;
}

/** The first field on a way from the targets that none of their kinds has; undefined where one of them may have it. */
export function noSuchField(places: readonly TargetPlace[], path: Path): NoField | undefined {
  let missing: NoField | undefined;
  for (const { group, version, kind, path: target } of places) {
    const answer = fieldAt(group, version, kind, [...target, ...path]);
    // A wildcard or a filter over a mapping is no field that is missing.
    if (answer === undefined || answer.known || typeof answer.missing !== 'string') return undefined;
    if (answer.type.kind !== 'object') return undefined;
    missing ??= { field: answer.missing, guess: nearest(answer.missing, answer.candidates) };
  }
  return missing;
}

/** Whether what is at a path from an item of the targets is there in every object that the API server admits. */
export function isAlwaysThere(places: readonly TargetPlace[], item: Path, path: Path): boolean {
  return (
    places.length > 0 &&
    path.length > 0 &&
    path.every((segment) => typeof segment === 'string') &&
    places.every((place) => isThereIn(place, item, path as readonly string[]))
  );
}

function isThereIn(
  { group, version, kind, path: target }: TargetPlace,
  item: Path,
  path: readonly string[],
): boolean {
  const root = [...target, ...item];
  if (definitionName(group, version, kind) === undefined) return false;
  for (let length = 1; length <= path.length; length++) {
    const above = fieldAt(group, version, kind, [...root, ...path.slice(0, length - 1)]);
    const field = path[length - 1] ?? '';
    if (above?.known !== true || above.type.kind !== 'object') return false;
    const isRoot = root.length === 0 && length === 1;
    if (isRoot && ['apiVersion', 'kind', 'metadata'].includes(field)) continue;
    const answer = fieldAt(group, version, kind, [...root, ...path.slice(0, length)]);
    if (answer?.known !== true) return false;
    if (!answer.required && !isAlwaysFilled(above.type.name, [field])) return false;
  }
  return true;
}
