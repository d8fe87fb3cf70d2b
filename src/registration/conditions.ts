import { type KindTable, leftOut } from '../kinds/index.ts';
import { operations, type Policy } from '../model/index.ts';
import type { Demand } from './demand.ts';

/** admissionregistration.k8s.io/v1 MatchCondition: CEL, all of which must be true for a call. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/**
 * Kinds that nobody means by `*`, as a condition; undefined where that makes no difference.
 * @param demands all of them: what one asks for by name may be what another one asks for by `*`
 */
export function leftOutCondition(demands: readonly Demand[], table: KindTable): MatchCondition | undefined {
  if (!demands.some(({ resource }) => resource.startsWith('*'))) return undefined;
  const never: string[] = [];
  const sometimes: string[] = [];
  for (const name of [...leftOut].sort()) {
    const slash = name.indexOf('/');
    const group = name.slice(0, slash);
    const resource = table.ofKind(group, name.slice(slash + 1))?.resource;
    if (resource === undefined) continue;
    const named = demands.filter(
      (demand) =>
        (demand.group === '*' || demand.group === group) && demand.resource.split('/')[0] === resource,
    );
    const listed = operations.filter((operation) =>
      named.some((each) => each.operations.includes(operation)),
    );
    if (listed.length === 0) never.push(`${group}/${resource}`);
    else if (listed.length < operations.length) {
      sometimes.push(
        `!(${groupResource} == ${text(`${group}/${resource}`)} && !(request.operation in ${list(listed)}))`,
      );
    }
  }
  const tests = [...(never.length === 0 ? [] : [`!(${groupResource} in ${list(never)})`]), ...sometimes];
  return tests.length === 0 ? undefined : { name: 'not-by-wildcard', expression: tests.join(' && ') };
}

const groupResource = "request.resource.group + '/' + request.resource.resource";

/** Our own documents, which another webhook is for: no policy can keep anybody from taking policies away. */
export function ownKindsCondition(ownGroup: string): MatchCondition {
  return { name: 'not-our-own-kinds', expression: `request.resource.group != ${text(ownGroup)}` };
}

/**
 * The definitions of our own kinds, which nobody is kept from taking away either.
 * @param isClosed nor from changing them while nobody answers
 */
export function ownDefinitionsCondition(ownGroup: string, isClosed: boolean): MatchCondition {
  const ending = `.endsWith(${text(`.${ownGroup}`)})`;
  // A collection is deleted one by one, without a name in the request.
  const deleted =
    "request.operation == 'DELETE' && !has(request.subResource) && " +
    `has(oldObject.metadata.name) && oldObject.metadata.name${ending}`;
  const named = isClosed ? `(has(request.name) && request.name${ending} || ${deleted})` : deleted;
  return {
    name: 'not-our-own-definitions',
    expression: `!(request.resource.group == 'apiextensions.k8s.io' && ${named})`,
  };
}

/** Whether demands reach a resource. */
export function reaches(demands: readonly Demand[], group: string, resource: string): boolean {
  return demands.some(
    (demand) =>
      (demand.group === '*' || demand.group === group) &&
      ['*', resource].includes(demand.resource.split('/')[0] ?? ''),
  );
}

/** What only Abatis can work out in conditions, or Kubernetes names otherwise. */
const notKubernetes = /\b(?:namespaceObject|params|variables|now|pod|item|path|facts)\b/;

/** Conditions together may not be longer, in UTF-16 code units; policies that state them, no more. */
const longest = 4_000;
const mostPolicies = 8;

/**
 * The `match.conditions` of policies that say nothing else about what they apply to than kinds and operations, where
 * all do. Undefined where one of them may need a call that the conditions of the others would spare.
 * @param errsAlike whether an error of a condition means for a policy what it means for the webhook
 */
export function statedConditions(
  policies: readonly Policy[],
  errsAlike: (policy: Policy) => boolean,
): MatchCondition | undefined {
  if (policies.length === 0 || policies.length > mostPolicies) return undefined;
  const each = policies.map((policy) => {
    const { spec } = policy;
    const { kinds: _k, operations: _o, terminating: _t, conditions = [], ...others } = spec.match;
    const isPlain = conditions.length > 0 && Object.keys(others).length === 0 && spec.exclude === undefined;
    if (!isPlain || !errsAlike(policy)) return undefined;
    return conditions.map(({ expression }) => `(${expression})`).join(' && ');
  });
  const expression = [...new Set(each)].map((part) => `(${part})`).join(' || ');
  if (each.includes(undefined) || notKubernetes.test(expression) || expression.length > longest)
    return undefined;
  return { name: 'as-the-policies-say', expression };
}

/**
 * A request that demands are about and that a webhook is asked for, in CEL: true of none that it is not.
 * @param demands undefined: requests are known to be what they are about
 */
export function coveredExpression(
  demands: readonly Demand[] | undefined,
  namespaces: Namespaces,
  conditions: readonly MatchCondition[],
): string {
  const tests = [
    ...(demands === undefined ? [] : [demandedExpression(demands)]),
    ...namespaceTests(namespaces),
    ...conditions.map(({ expression }) => `(${expression})`),
  ];
  return tests.length === 0 ? 'true' : tests.join(' && ');
}

/** A request that demands are about, in CEL. */
export function demandedExpression(demands: readonly Demand[]): string {
  const alike = Map.groupBy(demands, ({ resource, ...rest }) =>
    JSON.stringify([rest, resource.includes('*')]),
  );
  const rules = [...alike.values()].map((group) => {
    const [first] = group;
    if (first === undefined) return 'true';
    const tests = testsOf(
      first,
      group.map(({ resource }) => resource),
    );
    return tests.length === 0 ? 'true' : tests.join(' && ');
  });
  return `(${rules.map((rule) => `(${rule})`).join(' || ')})`;
}

/** The namespaces that a webhook is for, by name. */
export interface Namespaces {
  /** Undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly not: readonly string[];
}

// The API server gives a Namespace its own name for a namespace, unless it is yet to be made up: such a Namespace is
// in none, and has no label for a selector to find. What is in no namespace has no such field.
function namespaceTests({ only, not }: Namespaces): readonly string[] {
  return [
    ...(only === undefined
      ? []
      : [`(has(request.namespace) ? request.namespace in ${list(only)} : !(${isNamespace}))`]),
    ...(not.length === 0 ? [] : [`!(has(request.namespace) && request.namespace in ${list(not)})`]),
  ];
}

const isNamespace = "request.resource.group == '' && request.resource.resource == 'namespaces'";

function testsOf(
  { group, version, scope, operations: listed }: Demand,
  resources: readonly string[],
): string[] {
  return [
    ...(listed.length === operations.length ? [] : [`request.operation in ${list(listed)}`]),
    ...(group === '*' ? [] : [`request.resource.group == ${text(group)}`]),
    ...(version === '*' ? [] : [`request.resource.version == ${text(version)}`]),
    ...(scope === '*' ? [] : [scopeTest(scope)]),
    ...resourceTests(resources),
  ];
}

function scopeTest(scope: 'Cluster' | 'Namespaced'): string {
  const namespaced = `has(request.namespace) && !(${isNamespace})`;
  return scope === 'Namespaced' ? `(${namespaced})` : `!(${namespaced})`;
}

function resourceTests(resources: readonly string[]): readonly string[] {
  const parts = resources.map((resource) => {
    const [base = '', sub] = resource.split('/');
    if (resource === '*/*') return undefined;
    const tests = [
      ...(base === '*' ? [] : [`request.resource.resource == ${text(base)}`]),
      ...(sub === undefined
        ? ['!has(request.subResource)']
        : [`has(request.subResource)${sub === '*' ? '' : ` && request.subResource == ${text(sub)}`}`]),
    ];
    return tests.join(' && ');
  });
  if (parts.includes(undefined)) return [];
  const plain = resources.filter((resource) => !resource.includes('/') && resource !== '*');
  if (plain.length === resources.length && plain.length > 1) {
    return [`!has(request.subResource) && request.resource.resource in ${list(plain)}`];
  }
  return [parts.length === 1 ? (parts[0] ?? '') : `(${parts.map((part) => `(${part})`).join(' || ')})`];
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}

/** A literal of CEL. What stands in it is a part of a name; whatever else somebody wrote is written out. */
function text(value: string): string {
  return `'${value.replaceAll(/[^\w.*/:-]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;
}
