import { type ClusterClient, ClusterError } from '../../cluster/index.ts';
import type { PullSecret, PullSecretReader } from '../../facts/index.ts';

/** In milliseconds: for a Secret or a ServiceAccount. */
const timeout = 5_000;

/**
 * Reads pull secrets from a cluster. Nothing of what is read is kept here. What may not be read is as if it were not there,
 * for most images want no credentials of a pod.
 * @param warn told once of each kind that may not be read
 */
export function clusterPullSecrets(
  client: Pick<ClusterClient, 'get'>,
  warn: (problem: string) => void,
): PullSecretReader {
  const forbidden = new Set<string>();

  async function get(namespace: string, resource: string, name: string): Promise<unknown> {
    if (!isName(namespace) || !isName(name)) return undefined;
    try {
      return await client.get(`/api/v1/namespaces/${namespace}/${resource}/${name}`, { timeout });
    } catch (error) {
      const status = error instanceof ClusterError ? error.status : undefined;
      if (status === 403 && !forbidden.has(resource)) {
        forbidden.add(resource);
        warn(`${resource} of the cluster may not be read, in \`${namespace}\` for one`);
      }
      if (status === 403 || status === 404) return undefined;
      throw error;
    }
  }

  return {
    async secret(namespace, name) {
      const secret = await get(namespace, 'secrets', name);
      return secret === undefined ? undefined : (secret as PullSecret);
    },
    async serviceAccount(namespace, name) {
      const account = await get(namespace, 'serviceaccounts', name);
      if (account === undefined) return undefined;
      const { imagePullSecrets = [] } = account as {
        readonly imagePullSecrets?: readonly { readonly name?: string }[];
      };
      return imagePullSecrets.flatMap((secret) => secret.name ?? []);
    },
  };
}

/** What goes into a path of the API server: names come from whoever makes pods. */
function isName(text: string): boolean {
  return /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/.test(text);
}
