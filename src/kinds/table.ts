import type { ResourceKind } from '../model/index.ts';
import { builtinKinds } from './builtin.ts';

/** How kinds and resources are related in a cluster, or in a set of manifests. */
export interface KindTable {
  /** The kind that is served as a resource. */
  ofResource(group: string, resource: string): ResourceKind | undefined;
  /** The resource that serves a kind. */
  ofKind(group: string, kind: string): ResourceKind | undefined;
  /** The groups in which Kubernetes itself has a kind of this name. */
  builtinGroups(kind: string): readonly string[];
  /** Every kind, built-in ones first. */
  readonly all: readonly ResourceKind[];
}

/**
 * The built-in kinds and, beside them, `extra` ones: of CustomResourceDefinitions, of a cluster's discovery.
 * A row of `extra` for a kind that is there already takes its place.
 */
export function kindTable(extra: readonly ResourceKind[] = []): KindTable {
  const byKind = new Map<string, ResourceKind>();
  const byResource = new Map<string, ResourceKind>();
  const groups = new Map<string, string[]>();
  for (const row of builtinKinds) {
    const known = groups.get(row.kind);
    if (known === undefined) groups.set(row.kind, [row.group]);
    else known.push(row.group);
  }
  for (const { group, kind, resource, namespaced } of [...builtinKinds, ...extra]) {
    const row: ResourceKind = { group, kind, resource, namespaced };
    byKind.set(`${group}/${kind}`, row);
    byResource.set(`${group}/${resource}`, row);
  }
  return {
    ofResource: (group, resource) => byResource.get(`${group}/${resource}`),
    ofKind: (group, kind) => byKind.get(`${group}/${kind}`),
    builtinGroups: (kind) => groups.get(kind) ?? [],
    all: [...byKind.values()],
  };
}

/**
 * The resource that a kind is most probably served as, for kinds that no table knows.
 * Source: apimachinery `meta.UnsafeGuessKindToResource`.
 */
export function guessResource(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('s')) return `${singular}es`;
  if (singular.endsWith('y')) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}
