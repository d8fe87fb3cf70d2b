import type { KindRow } from './kinds.ts';

/** The text of `src/kinds/builtin.ts` for these rows, to be formatted. */
export function renderBuiltinKinds(rows: readonly KindRow[], kubernetesVersion: string): string {
  const groups = [...new Set(rows.map(({ group }) => group))].map((group) => {
    const kinds = rows.filter((row) => row.group === group).map(renderRow);
    return [`  ${/^\w+$/.test(group) ? group : `'${group}'`}: {`, ...kinds, '  },'].join('\n');
  });
  return `/** A kind that the API server serves without a CustomResourceDefinition. */
export interface BuiltinKind {
  /** The API group, \`''\` for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The plural name in URLs and in RBAC, such as \`deployments\`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Every version it is or was served in: stable before beta before alpha, newest first. */
  readonly versions: readonly string[];
  /** Such as \`scale\`; the object a subresource carries may be of another kind. */
  readonly subresources: readonly string[];
}

/**
 * By group and kind: resource, scope, versions and subresources.
 *
 * Written by test/control-plane/generate-kinds.ts from the discovery of Kubernetes ${kubernetesVersion}, its alpha and
 * beta versions switched on, and from the versions that earlier releases served.
 */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
${groups.join('\n')}
};

/**
 * The built-in kinds, one for each group and kind: a kind's name alone may stand for several groups
 * (Event; the workloads of the retired group \`extensions\`).
 */
export const builtinKinds: readonly BuiltinKind[] = Object.entries(table).flatMap(([group, kinds]) =>
  Object.entries(kinds).map(([kind, row]) => {
    const [resource = '', scope, versions = '', subresources] = row.split(' ');
    return {
      group,
      kind,
      resource,
      namespaced: scope === 'namespaced',
      versions: versions.split(','),
      subresources: subresources?.split(',') ?? [],
    };
  }),
);
`;
}

function renderRow(row: KindRow): string {
  const scope = row.namespaced ? 'namespaced' : 'cluster';
  const cells = [row.resource, scope, row.versions.join(','), row.subresources.join(',')];
  return `    ${row.kind}: '${cells.join(' ').trimEnd()}',`;
}
