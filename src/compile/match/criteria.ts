import { compileGlobs } from '../../glob/index.ts';
import type { Criteria } from '../../model/index.ts';
import { compileSelector } from '../../selectors/index.ts';
import { type Change, labelsOf } from '../change.ts';
import { No, type Truth, truth, Unknown, Yes } from '../truth.ts';
import { compileSubjects } from './subjects.ts';

/** One criterion, but for kinds and operations, which are settled when candidates are looked up. */
export type Criterion = (change: Change) => Truth;

/**
 * What `match` and `exclude` mean by a cluster-scoped object in a criterion about namespaces: nothing that keeps
 * it out of `match`, nothing that takes it out by `exclude`.
 */
export type Side = 'match' | 'exclude';

/** A criterion is compiled from what the document says of it; the registry below has one line for each. */
type Compiler<K extends keyof Criteria> = (value: NonNullable<Criteria[K]>, side: Side) => Criterion;

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

function outside(side: Side): Truth {
  return side === 'match' ? Yes : No;
}

/**
 * The criteria of a document but for kinds and operations, all of which must hold; the cheapest come first.
 * Undefined where there are none.
 */
export function compileCriteria(criteria: Criteria, side: Side): Criterion | undefined {
  const tests: Criterion[] = [];
  for (const name of Object.keys(compilers) as (keyof typeof compilers)[]) {
    const test = compileCriterion(name, criteria, side);
    if (test !== undefined) tests.push(test);
  }
  if (tests.length <= 1) return tests[0];
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
): Criterion | undefined {
  const value = criteria[name];
  const compiler: Compiler<K> | undefined = compilers[name];
  return value === undefined || value === null ? undefined : compiler?.(value, side);
}
