import { describe, expect, it } from 'vitest';
import { clusterPullSecrets } from '../../../src/cli/serving/pull-secrets.ts';
import { ClusterError } from '../../../src/cluster/index.ts';

const { signal } = new AbortController();

/** A cluster that answers a path, and what it was asked and what was warned about. */
function cluster(answer: (path: string) => unknown) {
  const paths: string[] = [];
  const problems: string[] = [];
  const reader = clusterPullSecrets(
    {
      async get(path) {
        paths.push(path);
        return answer(path);
      },
    },
    (problem) => problems.push(problem),
  );
  return { reader, paths, problems };
}

describe('pull secrets of a cluster', () => {
  it('are read by their names', async () => {
    const secret = { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } };
    const { reader, paths } = cluster(() => secret);
    expect(await reader.secret('shop', 'pull', signal)).toBe(secret);
    expect(paths).toEqual(['/api/v1/namespaces/shop/secrets/pull']);
  });

  it.each([
    [{ imagePullSecrets: [{ name: 'a' }, {}, { name: 'b' }] }, ['a', 'b']],
    [{}, []],
  ])('are named by service accounts: %j', async (account, names) => {
    const { reader, paths } = cluster(() => account);
    expect(await reader.serviceAccount('shop', 'web', signal)).toEqual(names);
    expect(paths).toEqual(['/api/v1/namespaces/shop/serviceaccounts/web']);
  });

  it('are none where there is nothing of the name', async () => {
    const { reader, problems } = cluster(() => {
      throw new ClusterError('not found', 404);
    });
    expect(await reader.secret('shop', 'pull', signal)).toBeUndefined();
    expect(await reader.serviceAccount('shop', 'web', signal)).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('are none where they may not be read, which is said once', async () => {
    const { reader, problems } = cluster(() => {
      throw new ClusterError('forbidden', 403);
    });
    expect(await reader.secret('shop', 'pull', signal)).toBeUndefined();
    expect(await reader.secret('bank', 'pull', signal)).toBeUndefined();
    expect(await reader.serviceAccount('shop', 'web', signal)).toBeUndefined();
    expect(problems).toEqual([
      'secrets of the cluster may not be read, in `shop` for one',
      'serviceaccounts of the cluster may not be read, in `shop` for one',
    ]);
  });

  it('are not known where the cluster does not answer', async () => {
    const { reader } = cluster(() => {
      throw new ClusterError('no answer within 5000 ms');
    });
    await expect(reader.secret('shop', 'pull', signal)).rejects.toThrow('no answer');
  });

  it.each(['..', 'a/b', '', 'A', 'a%2fb', '-a'])(
    'are not asked for under what is no name: `%s`',
    async (name) => {
      const { reader, paths } = cluster(() => ({}));
      expect(await reader.secret('shop', name, signal)).toBeUndefined();
      expect(await reader.serviceAccount(name, 'web', signal)).toBeUndefined();
      expect(paths).toEqual([]);
    },
  );
});
