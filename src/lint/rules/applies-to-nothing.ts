import { foregone } from '../constant/of-policy.ts';
import type { LintRule, PolicyInQuestion, Surroundings } from '../lint-rule.ts';
import { builtinOf } from '../matching/requests.ts';
import { contradiction } from '../matching/selectors.ts';

/** A policy whose match, or what it leaves out of it, leaves nothing. */
export const appliesToNothing: LintRule = {
  code: 'AB1604',
  severity: 'warning',
  *policy(question, { set: { bindings = [] }, kinds: table }) {
    const { policy, expressions } = question;
    const { match } = policy.spec;
    // Without any binding they are elsewhere, and nothing is known of them.
    const isUnbound = bindings.length > 0 && bindings.every(({ spec }) => spec.policy !== policy.name);
    if (policy.spec.bindingRequired === true && isUnbound) {
      const message = 'none of the bindings is for this policy, which is asked only where one selects';
      yield { path: ['spec', 'bindingRequired'], message, help: 'write a PolicyBinding, or leave this out' };
    }
    for (const expression of expressions.filter(({ role }) => role === 'condition')) {
      const isFalse =
        expression.program.source.trim() === 'false' || foregone(question, expression) === false;
      if (isFalse)
        yield { path: expression.path, message: 'the condition is never true: the policy is never asked' };
    }
    for (const field of ['namespaceSelector', 'objectSelector'] as const) {
      const label = match[field] === undefined ? undefined : contradiction(match[field]);
      if (label === undefined) continue;
      const message = `no label \`${label}\` is as the selector wants it: the policy is never asked`;
      yield { path: ['spec', 'match', field], message };
    }
    const rows = (match.kinds ?? []).map((text) => builtinOf(text, table));
    const wrong =
      rows.length > 0 &&
      rows.every((some) => some?.every(({ namespaced }) => namespaced !== (match.scope === 'Namespaced')));
    if (match.scope !== undefined && wrong) {
      const message = `no kind of this policy is ${match.scope === 'Cluster' ? 'cluster-scoped' : 'namespaced'}`;
      yield { path: ['spec', 'match', 'scope'], message, help: 'leave `scope` out' };
    }
    if (excludesAll(question, { kinds: table })) {
      const message = 'everything that `match` takes is left out again: the policy is never asked';
      yield { path: ['spec', 'exclude'], part: 'key', message };
    }
  },
};

/** Whether each criterion of `exclude` holds for all that `match` takes. */
function excludesAll({ policy }: PolicyInQuestion, { kinds: table }: Pick<Surroundings, 'kinds'>): boolean {
  const { match, exclude = {} } = policy.spec;
  const criteria = Object.keys(exclude) as (keyof typeof exclude)[];
  if (criteria.length === 0) return false;
  return criteria.every((name) => {
    switch (name) {
      case 'kinds':
        return match.kinds?.every((text) => exclude.kinds?.includes(text)) === true;
      case 'operations': {
        const theirs = exclude.operations ?? [];
        return (
          theirs.includes('*') ||
          (match.operations ?? ['CREATE', 'UPDATE']).every((one) => theirs.includes(one))
        );
      }
      case 'names':
        return holdsAll(exclude.names, match.names);
      case 'namespaces': {
        // What is in no namespace is never left out by one.
        const rows = (match.kinds ?? []).map((text) => builtinOf(text, table));
        const isNamespaced =
          match.scope === 'Namespaced' ||
          (rows.length > 0 && rows.every((some) => some?.every(({ namespaced }) => namespaced) === true));
        return isNamespaced && holdsAll(exclude.namespaces, match.namespaces);
      }
      default:
        return (
          match[name] !== undefined &&
          JSON.stringify(exclude[name]) === JSON.stringify(match[name]) &&
          name !== 'namespaceSelector'
        );
    }
  });
}

function holdsAll(theirs: readonly string[] = [], mine: readonly string[] | undefined): boolean {
  return theirs.includes('*') || mine?.every((glob) => theirs.includes(glob)) === true;
}
