import { operations } from '../model/index.ts';
import type { Demand } from './demand.ts';

/** admissionregistration.k8s.io/v1 RuleWithOperations. */
export interface WebhookRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  readonly scope: '*' | 'Cluster' | 'Namespaced';
}

/** As few demands as ask for the same: what another one asks for anyway is left out. */
export function reduced(demands: readonly Demand[]): readonly Demand[] {
  const merged = new Map<string, Demand>();
  for (const demand of demands) {
    const key = JSON.stringify([demand.group, demand.version, demand.resource, demand.scope]);
    const known = merged.get(key);
    const listed = new Set([...(known?.operations ?? []), ...demand.operations]);
    merged.set(key, { ...demand, operations: operations.filter((operation) => listed.has(operation)) });
  }
  const all = [...merged.values()];
  return all.filter((demand) => !all.some((other) => other !== demand && covers(other, demand))).sort(byName);
}

/** Whether everything that `demand` asks for is asked for by `other`. */
export function covers(other: Demand, demand: Demand): boolean {
  return (
    (other.group === '*' || other.group === demand.group) &&
    (other.version === '*' || other.version === demand.version) &&
    (other.scope === '*' || other.scope === demand.scope) &&
    coversResource(other.resource, demand.resource) &&
    demand.operations.every((operation) => other.operations.includes(operation))
  );
}

/** Source of the meaning of `*`: apiserver pkg/admission/plugin/webhook/predicates/rules/rules.go. */
function coversResource(other: string, resource: string): boolean {
  if (other === resource || other === '*/*') return true;
  const [base, sub] = resource.split('/');
  const [otherBase, otherSub] = other.split('/');
  if ((sub === undefined) !== (otherSub === undefined)) return false;
  return (otherBase === '*' || otherBase === base) && (otherSub === '*' || otherSub === sub);
}

/**
 * Rules of a webhook for these demands, reduced ones. Resources of one group share a rule where they are asked for
 * alike, but for `*` twice, which the API server wants alone.
 */
export function rulesOf(demands: readonly Demand[]): readonly WebhookRule[] {
  const alike = Map.groupBy(demands, ({ group, version, scope, resource, operations: listed }) =>
    JSON.stringify([group, version, scope, listed, resource === '*/*' || kindOfWildcard(resource)]),
  );
  return [...alike.values()].flatMap((list) => {
    const [first] = list;
    if (first === undefined) return [];
    return [
      {
        apiGroups: [first.group],
        apiVersions: [first.version],
        operations: first.operations,
        resources: list.map(({ resource }) => resource),
        scope: first.scope,
      },
    ];
  });
}

/** The API server refuses some wildcards beside what they could stand for: those have rules of their own. */
function kindOfWildcard(resource: string): string {
  if (!resource.includes('*')) return '';
  return resource;
}

function byName(a: Demand, b: Demand): number {
  const keys = [a, b].map(
    ({ group, resource, version, scope }) => `${group}/${resource}/${version}/${scope}`,
  );
  return (keys[0] ?? '') < (keys[1] ?? '') ? -1 : 1;
}
