import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { clusterClient, discoverKinds } from '../../src/cluster/index.ts';
import { apiServer, json } from './api-server.ts';

async function kindsOf(server: Awaited<ReturnType<typeof apiServer>>) {
  const client = await clusterClient(server.kubeconfig);
  if ('problem' in client) throw new Error(client.problem);
  return discoverKinds(client);
}

describe('the kinds of a cluster', () => {
  const expected = [
    { group: '', kind: 'Pod', resource: 'pods', namespaced: true },
    { group: '', kind: 'Node', resource: 'nodes', namespaced: false },
    { group: 'shop.example', kind: 'Cart', resource: 'carts', namespaced: true },
  ];

  test('from aggregated discovery, in two requests', async () => {
    const resource = (group: string, kind: string, plural: string, scope: string) => ({
      resource: plural,
      responseKind: { group, version: 'v1', kind },
      scope,
      subresources: [{ subresource: 'status' }],
    });
    const list = (items: readonly unknown[]) => ({ kind: 'APIGroupDiscoveryList', items });
    const server = await apiServer((url, response, accept) => {
      if (!accept.includes('as=APIGroupDiscoveryList')) return json(response, {}, 406);
      if (url.pathname === '/api') {
        const resources = [
          resource('', 'Pod', 'pods', 'Namespaced'),
          resource('', 'Node', 'nodes', 'Cluster'),
        ];
        return json(response, list([{ metadata: {}, versions: [{ version: 'v1', resources }] }]));
      }
      const versions = ['v1', 'v1beta1'].map((version) => ({
        version,
        resources: [resource('shop.example', 'Cart', 'carts', 'Namespaced')],
      }));
      json(response, list([{ metadata: { name: 'shop.example' }, versions }]));
    });
    expect(await kindsOf(server)).toEqual(expected);
    expect(server.urls).toEqual(['/api', '/apis']);
  });

  test('from servers that have no aggregated discovery, a group that is away left out', async () => {
    const row = (name: string, kind: string, namespaced: boolean) => ({ name, kind, namespaced });
    const answers: Readonly<Record<string, unknown>> = {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/api/v1': {
        resources: [row('pods', 'Pod', true), row('pods/status', 'Pod', true), row('nodes', 'Node', false)],
      },
      '/apis': {
        kind: 'APIGroupList',
        groups: [
          { name: 'shop.example', versions: [{ groupVersion: 'shop.example/v1' }] },
          { name: 'away.example', versions: [{ groupVersion: 'away.example/v1' }] },
        ],
      },
      '/apis/shop.example/v1': { resources: [row('carts', 'Cart', true)] },
    };
    const server = await apiServer((url, response) => {
      const answer = answers[url.pathname];
      json(response, answer ?? { message: 'service unavailable' }, answer === undefined ? 503 : 200);
    });
    expect(await kindsOf(server)).toEqual(expected);
  });

  test('an API server that refuses is an error with its status and message', async () => {
    const server = await apiServer((_url, response) => json(response, { message: 'who are you' }, 401));
    await expect(kindsOf(server)).rejects.toMatchObject({
      status: 401,
      message: 'the API server answers 401: who are you',
    });
  });

  test('an API server that is away is an error without a status', async () => {
    const server = await apiServer(() => undefined);
    await server.stop();
    await expect(kindsOf(server)).rejects.toMatchObject({
      status: undefined,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('a kubeconfig', () => {
  test.each([
    ['is not there', undefined],
    ['is no YAML', '{'],
    ['has no current context', 'apiVersion: v1\nkind: Config\n'],
  ])('that %s is a problem in words', async (_what, text) => {
    const { kubeconfig } = await apiServer(() => undefined);
    if (text !== undefined) await writeFile(kubeconfig, text);
    const client = await clusterClient(text === undefined ? `${kubeconfig}.not-there` : kubeconfig);
    expect(client).toEqual({ problem: expect.stringMatching(/./) });
  });
});
