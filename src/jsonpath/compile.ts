import type { Path, PathSegment } from '../model/index.ts';
import type { PathStep } from './path.ts';
import {
  type Getter,
  indexGetter,
  mostNodes,
  nameGetter,
  newWalk,
  type Visit,
  type Walk,
  walker,
} from './walk.ts';

/** A JSONPath made ready: nothing is parsed any more when it is used. */
export interface CompiledPath {
  /** As the author wrote it. */
  readonly text: string;
  readonly steps: readonly PathStep[];
  /** Only names and indexes: it leads to one value at most. */
  readonly definite: boolean;
  /** How many steps at the start are names and indexes. */
  readonly definiteSteps: number;
  /**
   * Calls `visit` with every value selected (null is a value), in document order, and with a function that
   * builds the value's path from `root`. A visit that returns false ends the walk.
   *
   * @returns false when the object is too large or too deep to have been seen to the end: what the caller
   * concludes from the visits is then incomplete, and an error of the policy.
   */
  select(root: unknown, visit: Visit): boolean;
  /** The first value selected, undefined when there is none. */
  first(root: unknown): unknown;
}

/** Makes steps ready to be walked. */
export function compile(text: string, steps: readonly PathStep[]): CompiledPath {
  const found = steps.findIndex((step) => step.kind !== 'name' && step.kind !== 'index');
  const definiteSteps = found < 0 ? steps.length : found;
  const definite = definiteSteps === steps.length;
  const get = getter(steps.slice(0, definiteSteps));
  const select = definite ? selectOne(steps, get) : selectMany(steps, definiteSteps, get);
  return {
    text,
    steps,
    definite,
    definiteSteps,
    select,
    first: definite
      ? get
      : (root) => {
          let first: unknown;
          select(root, (value) => {
            first = value;
            return false;
          });
          return first;
        },
  };
}

function selectOne(steps: readonly PathStep[], get: Getter): CompiledPath['select'] {
  const constant = steps.every((step) => step.kind !== 'index' || step.index >= 0);
  const path = Object.freeze(resolve(undefined, steps));
  const constantPath = (): Path => path;
  return (root, visit) => {
    const value = get(root);
    if (value !== undefined) visit(value, constant ? constantPath : () => resolve(root, steps));
    return true;
  };
}

function selectMany(steps: readonly PathStep[], definiteSteps: number, get: Getter): CompiledPath['select'] {
  const prefix = steps.slice(0, definiteSteps);
  const walkRest = walker(steps.slice(definiteSteps));
  const toPrefix = (root: unknown): readonly PathSegment[] => resolve(root, prefix);
  // One walk's bookkeeping is kept for the next; a walk within a visit finds it taken and makes its own.
  let spare: Walk | undefined;
  return (root, visit) => {
    const start = get(root);
    if (typeof start !== 'object' || start === null) return true;
    const walk = spare ?? newWalk(toPrefix);
    spare = undefined;
    walk.root = root;
    walk.left = mostNodes;
    walk.exhausted = false;
    walk.visit = visit;
    walkRest(start, 0, walk);
    walk.visit = ignore;
    walk.root = undefined;
    spare = walk;
    return !walk.exhausted;
  };
}

const ignore: Visit = () => undefined;

/**
 * The keys that names and indexes stand for in `root`, whether or not there is anything at them; they end before
 * an index counted from the end of a list that is too short.
 */
export function resolve(root: unknown, steps: readonly PathStep[]): PathSegment[] {
  const path: PathSegment[] = [];
  let value = root;
  for (const step of steps) {
    if (step.kind === 'name') {
      path.push(step.name);
      value = nameGetter(step.name)(value);
    } else if (step.kind === 'index') {
      const index = step.index < 0 && Array.isArray(value) ? value.length + step.index : step.index;
      if (index < 0) return path;
      path.push(index);
      value = indexGetter(step.index)(value);
    }
  }
  return path;
}

function getter(steps: readonly PathStep[]): Getter {
  const getters = steps.map((step) => {
    if (step.kind === 'name') return nameGetter(step.name);
    return indexGetter(step.kind === 'index' ? step.index : 0);
  });
  const [first, second, third, ...others] = getters;
  if (first === undefined) return (value) => value;
  if (second === undefined) return first;
  if (third === undefined) return (value) => second(first(value));
  if (others.length === 0) return (value) => third(second(first(value)));
  return (value) => {
    let current = third(second(first(value)));
    for (const get of others) current = get(current);
    return current;
  };
}
