/** A row of the table of built-in kinds, as `src/kinds/builtin.ts` exports it. */
export interface KindRow {
  readonly group: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly versions: readonly string[];
  readonly subresources: readonly string[];
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

interface GroupList {
  readonly groups: readonly {
    readonly name: string;
    readonly versions: readonly { readonly groupVersion: string; readonly version: string }[];
  }[];
}

/**
 * Reads an API server's discovery documents into rows, one for each group and kind.
 *
 * `get` answers the JSON at a path of the API server. The unaggregated documents are read, because
 * servers before 1.26 have no others.
 */
export async function discoverKinds(get: (path: string) => Promise<unknown>): Promise<readonly KindRow[]> {
  const groups = (await get('/apis')) as GroupList;
  const served = [
    { group: '', version: 'v1', path: '/api/v1' },
    ...groups.groups.flatMap(({ name, versions }) =>
      versions.map(({ groupVersion, version }) => ({ group: name, version, path: `/apis/${groupVersion}` })),
    ),
  ];
  const rows: KindRow[] = [];
  for (const { group, version, path } of served) {
    const { resources } = (await get(path)) as ResourceList;
    for (const { name, kind, namespaced } of resources) {
      if (name.includes('/')) continue;
      const subresources = resources
        .filter((other) => other.name.startsWith(`${name}/`))
        .map((other) => other.name.slice(name.length + 1));
      rows.push({ group, kind, resource: name, namespaced, versions: [version], subresources });
    }
  }
  return mergeKinds(rows);
}

/** Joins rows of the same group and kind: their versions, newest first, and their subresources. */
export function mergeKinds(rows: readonly KindRow[]): readonly KindRow[] {
  const merged = new Map<string, KindRow>();
  for (const row of rows) {
    const key = `${row.group}/${row.kind}`;
    const before = merged.get(key);
    merged.set(key, {
      ...row,
      versions: [...new Set([...(before?.versions ?? []), ...row.versions])].sort(byVersion),
      subresources: [...new Set([...(before?.subresources ?? []), ...row.subresources])].sort(),
    });
  }
  return [...merged.values()].sort((a, b) => compare(a.group, b.group) || compare(a.kind, b.kind));
}

/** The order of k8s.io/apimachinery/pkg/version: stable before beta before alpha, then the higher number. */
function byVersion(a: string, b: string): number {
  const [x, y] = [versionRank(a), versionRank(b)];
  return y.stability - x.stability || y.major - x.major || y.minor - x.minor || compare(a, b);
}

function versionRank(version: string): { stability: number; major: number; minor: number } {
  const [, major = '0', stage = '', minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  const stability = stage === '' ? 2 : stage === 'beta' ? 1 : 0;
  return { stability, major: Number(major), minor: Number(minor) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
