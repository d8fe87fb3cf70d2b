import { compileGlobs } from '../../glob/index.ts';
import type { Criteria } from '../../model/index.ts';
import { compileSelector } from '../../selectors/index.ts';
import { type Change, labelsOf } from '../change.ts';
import { No, type Truth, truth, Unknown, Yes } from '../truth.ts';
import { compileSubjects } from './subjects.ts';

/** Criteria but for kinds and operations, which are settled when candidates are looked up. */
export interface Criterion {
  (change: Change): Truth;
  /** Each of those that it is made of, for who asks why; absent: it is one, and nobody's but ours. */
  readonly parts?: readonly CriterionPart[];
}

/** One criterion of a document. */
export interface CriterionPart {
  /** Its field in the document. */
  readonly name: string;
  /** As the document has it. */
  readonly wanted: unknown;
  readonly test: (change: Change) => Truth;
  /** What it is compared with; undefined where the context does not know, null where there is none. */
  readonly seen: (change: Change) => unknown;
}

/**
 * What `match` and `exclude` mean by a cluster-scoped object in a criterion about namespaces: nothing that keeps
 * it out of `match`, nothing that takes it out by `exclude`.
 */
export type Side = 'match' | 'exclude';

/** A criterion is compiled from what the document says of it; the registry below has one line for each. */
type Compiler<K extends keyof Criteria> = (
  value: NonNullable<Criteria[K]>,
  side: Side,
) => (change: Change) => Truth;

const compilers: { readonly [K in keyof Criteria]?: Compiler<K> } = {
  scope: (scope) => (change) => (change.scope === undefined ? Unknown : truth(change.scope === scope)),
  namespaces: (namespaces, side) => {
    const test = compileGlobs(namespaces);
    return (change) => {
      const namespace = change.namespace;
      if (namespace === undefined) return Unknown;
      return namespace === null ? outside(side) : truth(test(namespace));
    };
  },
  namespaceSelector: (selector, side) => {
    const test = compileSelector(selector);
    return (change) => {
      const labels = change.namespaceLabels;
      if (labels === undefined) return Unknown;
      return labels === null ? outside(side) : truth(test(labels));
    };
  },
  names: (names) => {
    const test = compileGlobs(names);
    return (change) => truth(test(change.name));
  },
  objectSelector: (selector) => {
    const test = compileSelector(selector);
    return ({ input: { object, oldObject, operation } }) =>
      truth(
        (object !== null && operation !== 'CONNECT' && test(labelsOf(object))) ||
          (oldObject !== null && test(labelsOf(oldObject))),
      );
  },
  subjects: (subjects) => {
    const test = compileSubjects(subjects);
    return ({ input }) => (input.userInfo === undefined ? Unknown : truth(test(input.userInfo)));
  },
};

/** What each criterion looks at. */
const looks: { readonly [K in keyof typeof compilers]?: CriterionPart['seen'] } = {
  scope: (change) => change.scope,
  namespaces: (change) => change.namespace,
  namespaceSelector: (change) => change.namespaceLabels,
  names: (change) => change.name,
  objectSelector: ({ input: { object, oldObject, operation } }) => {
    const labels = object !== null && operation !== 'CONNECT' ? labelsOf(object) : undefined;
    return labels ?? (oldObject === null ? undefined : labelsOf(oldObject)) ?? {};
  },
  subjects: ({ input: { userInfo } }) =>
    userInfo === undefined ? undefined : { username: userInfo.username, groups: userInfo.groups },
};

function outside(side: Side): Truth {
  return side === 'match' ? Yes : No;
}

/**
 * The criteria of a document but for kinds and operations, all of which must hold; the cheapest come first.
 * Undefined where there are none.
 */
export function compileCriteria(criteria: Criteria, side: Side): Criterion | undefined {
  const parts: CriterionPart[] = [];
  for (const name of Object.keys(compilers) as (keyof typeof compilers)[]) {
    const test = compileCriterion(name, criteria, side);
    if (test === undefined) continue;
    parts.push({ name, wanted: criteria[name], test, seen: (change) => looks[name]?.(change) });
  }
  const [first, ...others] = parts.map(({ test }) => test);
  if (first === undefined) return undefined;
  return Object.assign(others.length === 0 ? first : all([first, ...others]), { parts });
}

function all(tests: readonly ((change: Change) => Truth)[]): (change: Change) => Truth {
  return (change) => {
    let result: Truth = Yes;
    for (const test of tests) {
      const value = test(change);
      if (value === No) return No;
      if (value === Unknown) result = Unknown;
    }
    return result;
  };
}

function compileCriterion<K extends keyof Criteria>(
  name: K,
  criteria: Criteria,
  side: Side,
): ((change: Change) => Truth) | undefined {
  const value = criteria[name];
  const compiler: Compiler<K> | undefined = compilers[name];
  return value === undefined || value === null ? undefined : compiler?.(value, side);
}
