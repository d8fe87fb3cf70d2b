import {
  type CompileOptions,
  compile,
  defaultNamespace,
  expressionsOf,
  targetPlaces,
} from '../compile/index.ts';
import { kindTable } from '../kinds/index.ts';
import type { Diagnostic, DocumentSource, PolicySet } from '../model/index.ts';
import { diagnose } from '../yaml/index.ts';
import type { LintOptions, LintRule, Oddity, PolicyInQuestion, Surroundings } from './lint-rule.ts';
import { lintRules } from './rules/index.ts';

export type { LintOptions } from './lint-rule.ts';
export { lintRules } from './rules/index.ts';

/**
 * Everything that can be said of policies, bindings and exceptions without an object to judge: what `compile` finds,
 * and then what is no error and yet is hardly meant. Something is said only where it is certain. In the order of the
 * documents, by place.
 */
export function lint(set: PolicySet, options: LintOptions & CompileOptions = {}): readonly Diagnostic[] {
  const kinds = kindTable(options.kinds);
  const about = { kinds, ...(options.kubernetes !== undefined && { kubernetes: options.kubernetes }) };
  const policies = new Map(
    set.policies.map((policy): [string, PolicyInQuestion] => [
      policy.name,
      { policy, ...expressionsOf(policy, about), places: targetPlaces(policy.spec, kinds) },
    ]),
  );
  const surroundings: Surroundings = {
    set,
    kinds,
    options: { ...options, namespace: options.namespace ?? defaultNamespace },
    policy: (name) => policies.get(name),
  };
  const wanted = lintRules.filter(({ only }) => only === undefined || options[only] === true);
  const found: Diagnostic[] = [];
  const report = ({ code, severity }: LintRule, source: DocumentSource, oddities: Iterable<Oddity> = []) => {
    for (const oddity of oddities) found.push(diagnose({ ...oddity, code, severity }, source));
  };
  for (const rule of wanted) {
    for (const policy of policies.values()) {
      report(rule, policy.policy.source, rule.policy?.(policy, surroundings));
    }
    for (const binding of set.bindings ?? []) {
      report(rule, binding.source, rule.binding?.(binding, surroundings));
    }
    for (const exception of set.exceptions ?? []) {
      report(rule, exception.source, rule.exception?.(exception, surroundings));
    }
  }
  return inOrder([...compile(set, options).diagnostics, ...found]);
}

/** Files in the order in which they come first, and what is in each by its place. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byFile = Map.groupBy(diagnostics, ({ file }) => file ?? '');
  const files = [...byFile.keys()].sort();
  return files.flatMap((file) =>
    (byFile.get(file) ?? []).toSorted((a, b) => (a.span?.start.offset ?? 0) - (b.span?.start.offset ?? 0)),
  );
}
