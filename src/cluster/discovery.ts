import type { ResourceKind } from '../model/index.ts';
import { type ClusterClient, ClusterError } from './client.ts';

/** Aggregated discovery (KEP-3352), everything in two answers, or what servers before 1.26 have. */
const accept = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

const timeout = 10_000;

/**
 * Every kind that the cluster serves, those of CustomResourceDefinitions and aggregated API servers included, each
 * once. A group whose server does not answer is left out. Rejects with a ClusterError.
 */
export async function discoverKinds(client: ClusterClient): Promise<readonly ResourceKind[]> {
  const found = new Map<string, ResourceKind>();
  const add = (row: ResourceKind) => void found.set(`${row.group}/${row.resource}`, row);
  for (const root of ['/api', '/apis']) {
    const answer = await client.get(root, { accept, timeout });
    if (text(answer, 'kind') === 'APIGroupDiscoveryList') {
      for (const row of aggregated(answer)) add(row);
    } else {
      for (const row of await oneByOne(client, root, answer)) add(row);
    }
  }
  return [...found.values()];
}

/**
 * The resource by which the cluster serves a kind in a version; undefined where it does not. Rejects with a ClusterError
 * where the cluster does not say so.
 * @param apiVersion `apps/v1`, `v1`
 */
export async function discoverKind(
  client: ClusterClient,
  apiVersion: string,
  kind: string,
): Promise<ResourceKind | undefined> {
  const [version, group = ''] = apiVersion.split('/').reverse();
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  try {
    return kindsIn(await client.get(path, { timeout }), group).find((row) => row.kind === kind);
  } catch (error) {
    if (error instanceof ClusterError && error.status === 404) return undefined;
    throw error;
  }
}

function aggregated(answer: unknown): ResourceKind[] {
  return list(answer, 'items').flatMap((item) => {
    const group = text(member(item, 'metadata'), 'name') ?? '';
    return list(item, 'versions').flatMap((version) =>
      list(version, 'resources').flatMap((row) => {
        const kind = text(member(row, 'responseKind'), 'kind');
        const resource = text(row, 'resource');
        if (kind === undefined || kind === '' || resource === undefined) return [];
        return [{ group, kind, resource, namespaced: text(row, 'scope') === 'Namespaced' }];
      }),
    );
  });
}

async function oneByOne(client: ClusterClient, root: string, answer: unknown): Promise<ResourceKind[]> {
  const versions =
    root === '/api'
      ? list(answer, 'versions').map((version) => ({ group: '', path: `/api/${version}` }))
      : list(answer, 'groups').flatMap((group) =>
          list(group, 'versions').map((version) => ({
            group: text(group, 'name') ?? '',
            path: `/apis/${text(version, 'groupVersion')}`,
          })),
        );
  const lists = await Promise.all(
    versions.map(async ({ group, path }) => {
      const resources = await client.get(path, { timeout }).catch(() => undefined);
      return kindsIn(resources, group);
    }),
  );
  return lists.flat();
}

/** Of an APIResourceList. */
function kindsIn(resources: unknown, group: string): ResourceKind[] {
  return list(resources, 'resources').flatMap((row) => {
    const kind = text(row, 'kind');
    const resource = text(row, 'name');
    if (kind === undefined || resource === undefined || resource.includes('/')) return [];
    return [{ group, kind, resource, namespaced: member(row, 'namespaced') === true }];
  });
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: unknown })[key]
    : undefined;
}

function text(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}

function list(value: unknown, key: string): readonly unknown[] {
  const found = member(value, key);
  return Array.isArray(found) ? found : [];
}
