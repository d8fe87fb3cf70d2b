import { CelError, showType, typeOf, type Value } from '../../cel/index.ts';
import { formatPath } from '../../jsonpath/index.ts';
import type {
  ExplainedExpression,
  ExplainedItem,
  ExplainedMutation,
  ExplainedPolicy,
  ExplainedSetting,
  Explanation,
} from '../../model/index.ts';
import { errorOf, textOf, traced, Values } from '../evaluating/json.ts';
import { outcomeOf } from './answer.ts';
import { partsOf } from './expression.ts';
import { isFinding } from './select.ts';

/** Explanations for programs: one document. */
export function json(explanations: readonly Explanation[]): string {
  const values = new Values();
  return textOf({ version: 1, objects: explanations.map((each) => objectOf(each, values)) });
}

function objectOf(explanation: Explanation, values: Values) {
  const { input, now, mutation, decision, policies, mutations } = explanation;
  const { kind, resource, subresource, name, namespace, operation, userInfo } = input;
  const { allowed, findings, errors, evaluated } = decision;
  return {
    request: {
      operation,
      kind,
      resource,
      ...(subresource !== '' && { subresource }),
      ...(name !== '' && { name }),
      ...(namespace !== '' && { namespace }),
      ...(userInfo !== undefined && { userInfo }),
    },
    now: new Date(now).toISOString(),
    outcome: outcomeOf(explanation),
    allowed: allowed && mutation.allowed,
    findings: findings.map((finding) => ({ ...finding, path: formatPath(finding.path) })),
    errors: [...mutation.errors.filter((error) => !errors.includes(error)), ...errors],
    evaluated,
    patch: mutation.patch,
    policies: policies.map((policy) => policyOf(policy, values)),
    mutations: mutations.map((each) => mutationOf(each, values)),
  };
}

function policyOf(policy: ExplainedPolicy, values: Values) {
  const { name, stopped, match, exclude, bindings, pod, override, asked, verdicts } = policy;
  return {
    name,
    applies: stopped === undefined,
    ...(stopped !== undefined && { stoppedBy: stopped.by }),
    match,
    exclude,
    bindings,
    ...(pod !== undefined && { pod: { ...pod, path: formatPath(pod.path) } }),
    ...(override !== undefined && { override }),
    asked: asked.map((setting) => settingOf(setting, values)),
    verdicts: verdicts.map(({ of, steps, dropped }) => ({
      ...(of.rule !== undefined && { rule: of.rule }),
      ...(isFinding(of) && { path: formatPath(of.path) }),
      message: of.message,
      isError: !isFinding(of),
      steps,
      action: of.action,
      dropped,
    })),
  };
}

function settingOf(setting: ExplainedSetting, values: Values) {
  const { conditions, variables, rules } = setting;
  return {
    ...setting,
    conditions: conditions.map((each) => expressionOf(each, values)),
    variables: variables.map((each) => expressionOf(each, values)),
    rules: rules.map(({ items, ...rule }) => ({ ...rule, items: items.map((item) => itemOf(item, values)) })),
  };
}

function itemOf(item: ExplainedItem, values: Values) {
  return {
    ...item,
    path: formatPath(item.path),
    expressions: item.expressions.map((each) => expressionOf(each, values)),
    violations: item.violations.map(({ message, path, found }) => ({
      message,
      path: formatPath(path),
      ...(found !== undefined &&
        (found.value === undefined ? { missing: true } : values.of(found.value as Value))),
    })),
  };
}

function expressionOf(expression: ExplainedExpression, values: Values) {
  const { role, name, source, unknown, cut, cost } = expression;
  const value = expression.value as Value | CelError | undefined;
  return {
    role,
    ...(name !== undefined && { name }),
    expression: source,
    ...(unknown !== undefined && { unknown }),
    ...(value instanceof CelError && { error: errorOf(source, value) }),
    ...(value !== undefined &&
      !(value instanceof CelError) && { ...values.of(value), type: showType(typeOf(value)) }),
    cost,
    ...(value !== undefined && { parts: partsOf(expression).map((node) => traced(source, values, node)) }),
    ...(cut && { cut }),
  };
}

function mutationOf(mutation: ExplainedMutation, values: Values) {
  const { template } = mutation;
  return {
    ...mutation,
    ...(template !== undefined && { template: formatPath(template) }),
    changes: mutation.changes.map((change) => ({ ...change, path: formatPath(change.path) })),
    items: mutation.items.map((item) => itemOf(item, values)),
  };
}
