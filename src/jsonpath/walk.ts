import { Double } from '../json/index.ts';
import type { Path, PathSegment } from '../model/index.ts';
import type { PathStep } from './path.ts';

/** Called with a value and a function that builds its path from the root; that one is valid during the call only. */
export type Visit = (value: unknown, path: () => Path) => boolean | undefined;

/** Values looked at in one walk; a 3 MiB object has fewer. */
export const mostNodes = 2_000_000;

/** Levels below the root that `..` goes down; the API server's own objects stay far below. */
const deepestDescent = 500;

/** What one walk carries along: the keys it came by, and what it may still spend. */
export interface Walk {
  root: unknown;
  /** From where the walk began, which is the end of the path's definite beginning. */
  readonly keys: PathSegment[];
  /** How many of `keys` lead to the value being visited. */
  depth: number;
  left: number;
  exhausted: boolean;
  visit: Visit;
  readonly path: () => Path;
}

/** @param toStart gives the way from a root to where walks begin. */
export function newWalk(toStart: (root: unknown) => readonly PathSegment[]): Walk {
  const walk: Walk = {
    root: undefined,
    keys: [],
    depth: 0,
    left: 0,
    exhausted: false,
    visit: () => undefined,
    path: () => [...toStart(walk.root), ...walk.keys.slice(0, walk.depth)],
  };
  return walk;
}

/** Goes on from a value `depth` keys below the root; false when the walk has ended. */
export type Walker = (value: unknown, depth: number, walk: Walk) => boolean;

/** Reads one value below another, undefined where there is none. */
export type Getter = (value: unknown) => unknown;

type Mapping = { readonly [key: string]: unknown };

const arrive: Walker = (value, depth, walk) => {
  walk.depth = depth;
  return walk.visit(value, walk.path) !== false;
};

/** Chains the steps into one function. */
export function walker(steps: readonly PathStep[]): Walker {
  return steps.reduceRight((next, step) => walkStep(step, next), arrive);
}

function walkStep(step: PathStep, next: Walker): Walker {
  switch (step.kind) {
    case 'name':
      return follow(nameGetter(step.name), step.name, next);
    case 'index':
      return step.index < 0
        ? followFromEnd(step.index, next)
        : follow(indexGetter(step.index), step.index, next);
    case 'wildcard':
      return (value, depth, walk) => eachChild(value, depth, walk, next);
    case 'union':
      return union(step.members, next);
    case 'slice':
      return slice(step, next);
    case 'filter':
      return (value, depth, walk) => {
        if (typeof value !== 'object' || value === null || !spend(walk, sizeOf(value)))
          return !walk.exhausted;
        for (const key of step.filter.keysOf(value)) {
          walk.keys[depth] = key;
          if (!next((value as Mapping)[key], depth + 1, walk)) return false;
        }
        return true;
      };
    case 'descent':
      return descent(next);
  }
}

/** Reads an own property of a mapping; names that objects have beside their own keys take the careful way. */
export function nameGetter(name: string): Getter {
  if (name in Object.prototype || name === 'value') {
    return (value) => (isMapping(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  }
  return (value) => (isPlain(value) ? value[name] : undefined);
}

export function indexGetter(index: number): Getter {
  return (value) => (Array.isArray(value) ? value[index < 0 ? value.length + index : index] : undefined);
}

export function isMapping(value: unknown): value is Mapping {
  return isPlain(value) && !(value instanceof Double);
}

/** Takes a boxed number for a mapping too: of its properties only `value` can be had by a name. */
function isPlain(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The indexes that a slice takes of a list, first to last (RFC 9535, section 2.3.4.2.2). */
export function* sliceIndexes(
  { start, end, step }: { readonly start?: number; readonly end?: number; readonly step: number },
  length: number,
): Generator<number> {
  const bound = (index: number, low: number, high: number): number =>
    Math.min(Math.max(index < 0 ? length + index : index, low), high);
  if (step > 0) {
    const upper = bound(end ?? length, 0, length);
    for (let index = bound(start ?? 0, 0, length); index < upper; index += step) yield index;
  } else {
    const lower = end === undefined ? -1 : bound(end, -1, length - 1);
    for (let index = bound(start ?? length - 1, -1, length - 1); index > lower; index += step) yield index;
  }
}

function follow(get: Getter, key: PathSegment, next: Walker): Walker {
  return (value, depth, walk) => {
    const child = get(value);
    if (child === undefined) return true;
    walk.keys[depth] = key;
    return next(child, depth + 1, walk);
  };
}

function followFromEnd(index: number, next: Walker): Walker {
  return (value, depth, walk) => {
    if (!Array.isArray(value) || value.length + index < 0) return true;
    walk.keys[depth] = value.length + index;
    return next(value[value.length + index], depth + 1, walk);
  };
}

function union(members: readonly (string | number)[], next: Walker): Walker {
  const walkers = members.map((member) =>
    walkStep(
      typeof member === 'number' ? { kind: 'index', index: member } : { kind: 'name', name: member },
      next,
    ),
  );
  return (value, depth, walk) => spend(walk, walkers.length) && walkers.every((go) => go(value, depth, walk));
}

function slice(step: PathStep & { kind: 'slice' }, next: Walker): Walker {
  return (value, depth, walk) => {
    if (!Array.isArray(value)) return true;
    for (const index of sliceIndexes(step, value.length)) {
      if (!spend(walk, 1)) return false;
      walk.keys[depth] = index;
      if (!next(value[index], depth + 1, walk)) return false;
    }
    return true;
  };
}

/** Every child of a list or a mapping, in order. */
function eachChild(value: unknown, depth: number, walk: Walk, next: Walker): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!spend(walk, 1)) return false;
      walk.keys[depth] = index;
      if (!next(value[index], depth + 1, walk)) return false;
    }
  } else if (isMapping(value)) {
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      if (!spend(walk, 1)) return false;
      walk.keys[depth] = key;
      if (!next(value[key], depth + 1, walk)) return false;
    }
  }
  return true;
}

function descent(next: Walker): Walker {
  const down: Walker = (value, depth, walk) => {
    if (typeof value !== 'object' || value === null) return true;
    if (depth > deepestDescent) {
      walk.exhausted = true;
      return false;
    }
    return next(value, depth, walk) && eachChild(value, depth, walk, down);
  };
  return down;
}

function spend(walk: Walk, nodes: number): boolean {
  walk.left -= nodes;
  if (walk.left < 0) walk.exhausted = true;
  return !walk.exhausted;
}

function sizeOf(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}
