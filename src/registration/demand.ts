import {
  compileKindPattern,
  guessResource,
  type KindPattern,
  type KindTable,
  kindsOf,
  parseKindPattern,
  podCarriers,
} from '../kinds/index.ts';
import { type Operation, operations, type Policy } from '../model/index.ts';

/** What of a cluster's changes somebody asks for, in the words of a webhook's rule: one resource of one group. */
export interface Demand {
  /** `*` for any. */
  readonly group: string;
  /** `*` for any. */
  readonly version: string;
  /** `pods`, `pods/exec`, `pods/*`, `*` for any but subresources, `*` and a subresource, or `*` twice for all. */
  readonly resource: string;
  readonly scope: '*' | 'Cluster' | 'Namespaced';
  readonly operations: readonly Operation[];
}

/** Changes that the rules of a policy may find something in. */
export function judgingDemands({ spec }: Policy, table: KindTable): readonly Demand[] {
  return spec.rules.length === 0 ? [] : demands(spec, operationsOf(spec), table);
}

/** Changes that the mutations of a policy may change: of pods alone those that are created. */
export function mutatingDemands({ spec }: Policy, table: KindTable): readonly Demand[] {
  if ((spec.mutations ?? []).length === 0) return [];
  const listed = operationsOf(spec).filter((operation) =>
    spec.target === 'pod' ? operation === 'CREATE' : operation === 'CREATE' || operation === 'UPDATE',
  );
  const found = demands(spec, listed, table);
  return spec.target === 'pod' ? found.filter(({ resource }) => resource === 'pods') : found;
}

function operationsOf({ match, target }: Policy['spec']): readonly Operation[] {
  const listed = match.operations ?? ['CREATE', 'UPDATE'];
  return operations.filter(
    (operation) =>
      (listed.includes('*') || listed.includes(operation)) && !(target === 'pod' && operation === 'CONNECT'),
  );
}

function demands(
  { match, target }: Policy['spec'],
  listed: readonly Operation[],
  table: KindTable,
): readonly Demand[] {
  if (listed.length === 0) return [];
  const patterns = (match.kinds ?? ['*'])
    .map(parseKindPattern)
    .filter((pattern): pattern is KindPattern => typeof pattern !== 'string');
  const found =
    target === 'pod'
      ? carriersOf(match.kinds === undefined ? undefined : patterns, table)
      : patterns.flatMap((pattern) => resourcesOf(pattern, table));
  return found.map((resource) => ({ ...resource, scope: match.scope ?? '*', operations: listed }));
}

type Resource = Pick<Demand, 'group' | 'version' | 'resource'>;

/** The resources that a pattern of kinds stands for, those that the table does not know included as far as can be. */
function resourcesOf(pattern: KindPattern, table: KindTable): readonly Resource[] {
  const version = isWild(pattern.version ?? '*') ? '*' : (pattern.version ?? '*');
  const group = pattern.group === undefined || isWild(pattern.group) ? '*' : pattern.group;
  const sub =
    pattern.subresource === undefined ? '' : `/${isWild(pattern.subresource) ? '*' : pattern.subresource}`;
  if (pattern.kind === '*') return [{ group, version, resource: `*${sub}` }];
  const known = kindsOf(pattern, table).map((row) => ({
    group: row.group,
    version,
    resource: `${row.resource}${sub}`,
  }));
  const isBuiltin = pattern.group === undefined && table.builtinGroups(pattern.kind).length > 0;
  // A kind that appears later is most probably served under the name that its own suggests.
  const guess = { group, version, resource: `${guessResource(pattern.kind)}${sub}` };
  if (isBuiltin || isWild(pattern.kind)) return known;
  if (group === '*') return [...known, guess];
  return known.length > 0 ? known : [guess];
}

/** The resources that carry a pod, of those that patterns stand for. */
function carriersOf(patterns: readonly KindPattern[] | undefined, table: KindTable): readonly Resource[] {
  return podCarriers.flatMap(({ group, kind, subresource }) => {
    const plural = table.ofKind(group, kind)?.resource ?? guessResource(kind);
    const resource = subresource === '' ? plural : `${plural}/${subresource}`;
    if (patterns === undefined) return [{ group, version: '*', resource }];
    const requested = { group, kind, resource: plural, subresource, version: '' };
    return patterns
      .filter((pattern) => compileKindPattern({ ...pattern, version: '*' }, table)(requested))
      .map(({ version = '*' }) => ({ group, version: isWild(version) ? '*' : version, resource }));
  });
}

function isWild(glob: string): boolean {
  return /[*?]/.test(glob);
}
