import type { KindTable } from '../kinds/index.ts';
import { actions, type EnforcementEntry, type Policy, type PolicySet } from '../model/index.ts';
import {
  coveredExpression,
  demandedExpression,
  leftOutCondition,
  type MatchCondition,
  type Namespaces,
  ownDefinitionsCondition,
  ownKindsCondition,
  reaches,
  statedConditions,
} from './conditions.ts';
import { type Demand, judgingDemands, mutatingDemands } from './demand.ts';
import { covers, reduced, rulesOf, type WebhookRule } from './rules.ts';

/** One webhook of a configuration, but for where it is. */
export interface PlannedWebhook {
  readonly name: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly endpoint: '/validate' | '/mutate';
  readonly rules: readonly WebhookRule[];
  readonly namespaces: Namespaces;
  readonly matchConditions: readonly MatchCondition[];
}

export interface RegistrationPlan {
  readonly validating: readonly PlannedWebhook[];
  readonly mutating: readonly PlannedWebhook[];
}

export interface PlanOptions {
  readonly kinds: KindTable;
  /** The namespace that Abatis is in. */
  readonly ownNamespace: string;
  /** The group of our own kinds. */
  readonly ownGroup: string;
  /** The resources of our own kinds that documents are stored as: they are looked at when they change. */
  readonly ownResources: readonly string[];
  /** False leaves the conditions that policies state to us: an API server that does not understand one refuses all. */
  readonly pushesConditions?: boolean;
}

/** Never asked for by what fails closed: a cluster could not mend itself. */
const systemNamespaces = ['kube-node-lease', 'kube-system'];

/**
 * What to ask the API server for, so that it calls for everything that a policy may have a word on and for little
 * else.
 *
 * One webhook fails closed: it is asked for what policies that deny and fail closed are about, and judges by all
 * policies, for a user is shown the denial of one webhook only. Another fails open, for what the first does not cover.
 */
export function planRegistration(set: PolicySet, options: PlanOptions): RegistrationPlan {
  const bound = set.policies.filter(
    ({ name, spec }) =>
      !spec.bindingRequired || set.bindings?.some((binding) => binding.spec.policy === name),
  );
  return {
    validating: [
      ...pair(
        'validate',
        '/validate',
        bound,
        (policy) => judgingDemands(policy, options.kinds),
        set,
        options,
      ),
      ...ownWebhook(options),
    ],
    mutating: pair(
      'mutate',
      '/mutate',
      bound,
      (policy) => mutatingDemands(policy, options.kinds),
      set,
      options,
    ),
  };
}

function pair(
  prefix: string,
  endpoint: PlannedWebhook['endpoint'],
  policies: readonly Policy[],
  demandsOf: (policy: Policy) => readonly Demand[],
  set: PolicySet,
  options: PlanOptions,
): readonly PlannedWebhook[] {
  const asking = policies.filter((policy) => demandsOf(policy).length > 0);
  const closed = asking.filter((policy) => failsClosed(policy, set));
  const fail = webhook(`${prefix}.fail`, 'Fail', endpoint, closed, demandsOf, set, options);
  const ignore = webhook(`${prefix}.ignore`, 'Ignore', endpoint, asking, demandsOf, set, options);
  if (fail === undefined || ignore === undefined) return ignore === undefined ? [] : [of(ignore)];
  const others = reduced(asking.filter((policy) => !closed.includes(policy)).flatMap(demandsOf));
  return [
    of(fail),
    of(ignore, [{ name: 'not-covered-by-the-other', expression: leftBy(fail, ignore, others) }]),
  ];
}

/** What a webhook is asked for, and which conditions it has for whose sake. */
interface Asked {
  readonly planned: Omit<PlannedWebhook, 'matchConditions'>;
  readonly demands: readonly Demand[];
  readonly conditions: readonly MatchCondition[];
  readonly stated: MatchCondition | undefined;
}

function of({ planned, conditions, stated }: Asked, more: readonly MatchCondition[] = []): PlannedWebhook {
  return {
    ...planned,
    matchConditions: [...conditions, ...(stated === undefined ? [] : [stated]), ...more],
  };
}

/**
 * What a webhook is not called for of what a second one is, in CEL. What its policies rule out by conditions of their own is still what others
 * may ask for, and nobody else.
 */
function leftBy(
  { planned, demands, conditions, stated }: Asked,
  second: Asked,
  others: readonly Demand[],
): string {
  const isMore = !second.demands.every((demand) => demands.some((one) => covers(one, demand)));
  const outside = `!(${coveredExpression(isMore ? demands : undefined, planned.namespaces, conditions)})`;
  if (stated === undefined || others.length === 0) return outside;
  return `${outside} || (${demandedExpression(others)} && !(${stated.expression}))`;
}

function webhook(
  name: string,
  failurePolicy: 'Fail' | 'Ignore',
  endpoint: PlannedWebhook['endpoint'],
  policies: readonly Policy[],
  demandsOf: (policy: Policy) => readonly Demand[],
  set: PolicySet,
  { kinds, ownNamespace, ownGroup, ownResources, pushesConditions = true }: PlanOptions,
): Asked | undefined {
  const all = policies.flatMap(demandsOf);
  const demands = reduced(all);
  if (demands.length === 0) return undefined;
  const failing = failurePolicy === 'Fail';
  const definitions = reaches(demands, 'apiextensions.k8s.io', 'customresourcedefinitions');
  const conditions = [
    leftOutCondition(all, kinds),
    ownResources.length > 0 && demands.some(({ group }) => group === '*' || group === ownGroup)
      ? ownKindsCondition(ownGroup)
      : undefined,
    definitions && (failing || ownResources.length > 0)
      ? ownDefinitionsCondition(ownGroup, failing)
      : undefined,
  ].filter((condition) => condition !== undefined);
  const errsAlike = (policy: Policy) => (failing ? deniesErrors(policy, set) : ignoresErrors(policy));
  const stated = pushesConditions ? statedConditions(policies, errsAlike) : undefined;
  const common = commonNamespaces(policies);
  const not = failing ? [...new Set([...common.not, ...systemNamespaces, ownNamespace])].sort() : common.not;
  const rules = rulesOf(demands);
  const namespaces = { ...common, not };
  const planned = { name: `${name}.abatis.dev`, failurePolicy, endpoint, rules, namespaces };
  return { planned, demands, conditions, stated };
}

/** Looked at when they are stored, never when they are taken away, and let through where nobody answers. */
function ownWebhook({ ownGroup, ownResources }: PlanOptions): readonly PlannedWebhook[] {
  if (ownResources.length === 0) return [];
  return [
    {
      name: 'validate.policies.abatis.dev',
      failurePolicy: 'Ignore',
      endpoint: '/validate',
      rules: [
        {
          apiGroups: [ownGroup],
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE'],
          resources: ownResources,
          scope: '*',
        },
      ],
      namespaces: { only: undefined, not: [] },
      matchConditions: [],
    },
  ];
}

/** Whether a policy, or a binding of it, may ever deny, and an error is to deny, too. */
function failsClosed({ name, spec }: Policy, { bindings = [] }: PolicySet): boolean {
  const entries: readonly EnforcementEntry[] = [
    ...spec.enforcement,
    ...bindings
      .filter((binding) => binding.spec.policy === name)
      .flatMap(({ spec: bound }) => bound.enforcement ?? []),
  ];
  return spec.failurePolicy === 'Fail' && entries.some(({ action }) => action === actions.at(-1));
}

/**
 * Whether an error of a policy is a denial whatever it is about and whenever, as the API server has it where it fails
 * closed: no namespace, exception or override makes it less.
 */
function deniesErrors({ name, spec }: Policy, { bindings = [], exceptions = [] }: PolicySet): boolean {
  const isExcepted = exceptions.some((each) => each.spec.policies.some((of) => of.split('/')[0] === name));
  return (
    spec.override === undefined &&
    spec.enforcement.some(({ action, ...when }) => action === 'Deny' && Object.keys(when).length === 0) &&
    !bindings.some((binding) => binding.spec.policy === name) &&
    !(isExcepted && spec.exceptions === 'Allow')
  );
}

function ignoresErrors({ spec }: Policy): boolean {
  return spec.failurePolicy === 'Ignore';
}

/** What all policies agree about namespaces, as far as it is names. */
function commonNamespaces(policies: readonly Policy[]): Namespaces {
  const not = policies
    .map(({ spec }) => {
      const { namespaces = [], ...others } = spec.exclude ?? {};
      return Object.keys(others).length > 0 ? [] : namespaces.filter(isName);
    })
    .reduce((both, each) => both.filter((name) => each.includes(name)));
  const only = policies.map(({ spec }) => spec.match.namespaces);
  const isNamed = only.every((names) => names?.every(isName) === true);
  const named = isNamed ? [...new Set(only.flatMap((names) => names ?? []))].sort() : undefined;
  return { only: named, not: [...not].sort() };
}

function isName(glob: string): boolean {
  return !/[*?]/.test(glob);
}
