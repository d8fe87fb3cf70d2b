import type { Path, PathSegment } from '../model/index.ts';
import { type CompiledPath, resolve } from './compile.ts';
import type { PathStep } from './path.ts';
import { indexGetter, isMapping, mostNodes, nameGetter, sliceIndexes } from './walk.ts';

/** Called with the path of what is missing, from the root; returning false ends the search. */
export type Report = (path: Path) => boolean | undefined;

/**
 * Reports what a path requires and an object lacks. Absent and null are the same, and so are an absent and an
 * empty list or mapping (the API server drops what is empty), so that:
 * - a path of names and indexes must lead to a value that is not null; reported is the whole path;
 * - after a wildcard or a slice each child must have what follows, and there must be one: `containers[*].image`
 *   reports `containers[1].image`, or `containers` where there are none;
 * - each member of a union must be there;
 * - a path with a filter or `..` must select something; reported is its beginning, up to that.
 *
 * @returns false when the object is too large to have been searched to the end.
 */
export function missing(root: unknown, path: CompiledPath, report: Report): boolean {
  if (path.definite && (path.first(root) ?? null) !== null) return true;
  if (path.steps.some((step) => step.kind === 'filter' || step.kind === 'descent')) {
    return missingSelection(root, path, report);
  }
  const search: Search = { steps: path.steps, keys: [], left: mostNodes, report, ended: false };
  if ((root ?? null) === null) lack(search, 0);
  else requireStep(search, root, 0);
  return search.left >= 0;
}

interface Search {
  readonly steps: readonly PathStep[];
  readonly keys: PathSegment[];
  left: number;
  readonly report: Report;
  ended: boolean;
}

function missingSelection(root: unknown, path: CompiledPath, report: Report): boolean {
  let found = false;
  const complete = path.select(root, (value) => {
    found = (value ?? null) !== null;
    return !found;
  });
  if (!found && complete) report(resolve(root, path.steps.slice(0, path.definiteSteps)));
  return complete;
}

/** Requires of a value what step `index` and those after it ask for. */
function requireStep(search: Search, value: unknown, index: number): void {
  const step = search.steps[index];
  if (step === undefined || done(search)) return;
  switch (step.kind) {
    case 'name':
      requireChild(search, step.name, nameGetter(step.name)(value), index);
      break;
    case 'index':
      requireItem(search, step.index, value, index);
      break;
    case 'union':
      for (const member of step.members) {
        if (typeof member === 'number') requireItem(search, member, value, index);
        else requireChild(search, member, nameGetter(member)(value), index);
      }
      break;
    case 'slice':
      requireSlice(search, value, index, step);
      break;
    default:
      requireChildren(search, value, index);
  }
}

function requireItem(search: Search, item: number, list: unknown, index: number): void {
  const position = item < 0 && Array.isArray(list) ? list.length + item : item;
  if (position < 0) lack(search, index);
  else requireChild(search, position, indexGetter(position)(list), index);
}

function requireChild(search: Search, key: PathSegment, child: unknown, index: number): void {
  search.left--;
  search.keys.push(key);
  if ((child ?? null) === null) lack(search, index + 1);
  else requireStep(search, child, index + 1);
  search.keys.pop();
}

function requireChildren(search: Search, value: unknown, index: number): void {
  let any = false;
  if (Array.isArray(value)) {
    for (let item = 0; item < value.length && !done(search); item++) {
      any = true;
      requireChild(search, item, value[item], index);
    }
  } else if (isMapping(value)) {
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (done(search)) return;
      any = true;
      requireChild(search, key, value[key], index);
    }
  }
  if (!any) lack(search, index);
}

function requireSlice(
  search: Search,
  value: unknown,
  index: number,
  step: PathStep & { kind: 'slice' },
): void {
  let any = false;
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  for (const item of sliceIndexes(step, list.length)) {
    if (done(search)) return;
    any = true;
    requireChild(search, item, list[item], index);
  }
  if (!any) lack(search, index);
}

function done(search: Search): boolean {
  return search.ended || search.left < 0;
}

/** Reports the way so far and the names and indexes that were to follow. */
function lack(search: Search, index: number): void {
  if (search.ended) return;
  const path = search.keys.slice();
  for (const step of search.steps.slice(index)) {
    if (step.kind === 'name') path.push(step.name);
    else if (step.kind === 'index' && step.index >= 0) path.push(step.index);
    else break;
  }
  if (search.report(path) === false) search.ended = true;
}
