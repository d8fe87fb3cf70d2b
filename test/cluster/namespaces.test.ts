import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  clusterClient,
  type NamespaceCacheOptions,
  type NamespaceState,
  namespaceCache,
} from '../../src/cluster/index.ts';
import { afterTest, apiServer, eventually, json, line, namespace, namespaceList } from './api-server.ts';

type Server = Awaited<ReturnType<typeof apiServer>>;

async function cacheOf(server: Server, options: NamespaceCacheOptions = {}) {
  const client = await clusterClient(server.kubeconfig);
  if ('problem' in client) throw new Error(client.problem);
  const cache = namespaceCache(client, { retryAfter: 5, retryLimit: 20, ...options });
  afterTest(() => cache.close());
  return cache;
}

const labels = (object: unknown) =>
  (object as { metadata: { labels: unknown } } | undefined)?.metadata.labels;

describe('the cache of Namespaces', () => {
  test('keeps name, labels and annotations of what is listed, page by page, and nothing else', async () => {
    const server = await apiServer((url, response) => {
      if (url.searchParams.has('watch')) return void response.writeHead(200).flushHeaders();
      if (url.searchParams.has('continue')) return json(response, namespaceList(7, [namespace('b', 2)]));
      json(response, namespaceList(7, [namespace('a', 1, { tier: 'gold' })], 'next page'));
    });
    const cache = await cacheOf(server);
    await cache.synced;
    expect(cache.get('a')).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'a', labels: { tier: 'gold' } },
    });
    expect(cache.get('b')).toBeDefined();
    expect(cache.get('__proto__')).toBeUndefined();
    expect(cache.state()).toEqual({ synced: true, connected: true, count: 2 });
    await eventually(() =>
      expect(server.urls).toEqual([
        '/api/v1/namespaces?limit=500',
        '/api/v1/namespaces?limit=500&continue=next%20page',
        '/api/v1/namespaces?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=7',
      ]),
    );
  });

  test('follows what is added, changed and deleted, however the stream is cut into pieces', async () => {
    let stream: ServerResponse | undefined;
    const server = await apiServer((url, response) => {
      if (!url.searchParams.has('watch')) return json(response, namespaceList(1, [namespace('a', 1)]));
      response.writeHead(200).flushHeaders();
      stream = response;
    });
    const cache = await cacheOf(server);
    await eventually(() => expect(stream).toBeDefined());
    const text = line('ADDED', namespace('b', 2)) + line('MODIFIED', namespace('a', 3, { tier: 'grün' }));
    const bytes = Buffer.from(text + line('DELETED', namespace('b', 4)));
    const cut = bytes.indexOf('ü') + 1;
    stream?.write(bytes.subarray(0, cut));
    await eventually(() => expect(cache.get('b')).toBeDefined());
    stream?.write(bytes.subarray(cut));
    await eventually(() => expect(cache.get('b')).toBeUndefined());
    expect(labels(cache.get('a'))).toEqual({ tier: 'grün' });
  });

  test('goes on from the last bookmark when the server ends the watch', async () => {
    const server = await apiServer((url, response) => {
      if (!url.searchParams.has('watch')) return json(response, namespaceList(1, []));
      if (url.searchParams.get('resourceVersion') === '1') {
        response.writeHead(200).end(line('BOOKMARK', { metadata: { resourceVersion: '42' } }));
      } else response.writeHead(200).write(line('ADDED', namespace('late', 43)));
    });
    const cache = await cacheOf(server);
    await eventually(() => expect(cache.get('late')).toBeDefined());
    expect(server.urls.filter((url) => !url.includes('watch'))).toHaveLength(1);
    expect(server.urls.at(-1)).toContain('resourceVersion=42');
  });

  test.each([
    [
      'in the stream',
      (response: ServerResponse) =>
        response.writeHead(200).end(line('ERROR', { kind: 'Status', code: 410, message: 'too old' })),
    ],
    ['as the answer', (response: ServerResponse) => json(response, { kind: 'Status', code: 410 }, 410)],
  ])('lists anew when its version is too old: 410 %s', async (_where, gone) => {
    let lists = 0;
    const server = await apiServer((url, response) => {
      if (!url.searchParams.has('watch')) {
        lists++;
        return json(
          response,
          namespaceList(lists, lists === 1 ? [namespace('old', 1)] : [namespace('new', 2)]),
        );
      }
      if (url.searchParams.get('resourceVersion') === '1') gone(response);
      else response.writeHead(200).flushHeaders();
    });
    const cache = await cacheOf(server);
    await eventually(() => expect(cache.get('new')).toBeDefined());
    expect(cache.get('old')).toBeUndefined();
  });

  test('keeps the last good state while the cluster is away, says so, and recovers', async () => {
    const changes: NamespaceState[] = [];
    const server = await apiServer((url, response) => {
      if (url.searchParams.has('watch')) return void response.writeHead(200).flushHeaders();
      json(response, namespaceList(1, [namespace('a', 1, { tier: 'gold' })]));
    });
    const cache = await cacheOf(server, { onChange: (state) => changes.push(state) });
    await eventually(() => expect(cache.state().connected).toBe(true));
    await server.stop();
    await eventually(() => expect(cache.state().connected).toBe(false));
    expect(cache.state()).toMatchObject({ synced: true, count: 1, problem: expect.any(String) });
    expect(labels(cache.get('a'))).toEqual({ tier: 'gold' });
    server.become((url, response) => {
      if (url.searchParams.get('resourceVersion') === '1') {
        response.writeHead(200).write(line('MODIFIED', namespace('a', 2, { tier: 'tin' })));
      } else response.writeHead(500).end();
    });
    await server.start();
    await eventually(() => expect(labels(cache.get('a'))).toEqual({ tier: 'tin' }));
    expect(changes.map(({ connected }) => connected).filter((now, at, all) => now !== all[at - 1])).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('is not synced before it has seen everything once', async () => {
    const server = await apiServer((_url, response) => json(response, { message: 'not yet' }, 503));
    const cache = await cacheOf(server);
    await eventually(() => expect(cache.state().problem).toBe('the API server answers 503: not yet'));
    expect(cache.state()).toMatchObject({ synced: false, connected: false, count: 0 });
    server.become((url, response) => {
      if (url.searchParams.has('watch')) return void response.writeHead(200).flushHeaders();
      json(response, namespaceList(1, []));
    });
    await cache.synced;
    expect(cache.state()).toEqual({ synced: true, connected: true, count: 0 });
  });

  test.each([
    ['no list', (response: ServerResponse) => json(response, { kind: 'Status' })],
    ['no JSON', (response: ServerResponse) => void response.writeHead(200).end('<html>')],
  ])('survives an answer that is %s', async (_what, nonsense) => {
    const server = await apiServer((_url, response) => nonsense(response));
    const cache = await cacheOf(server);
    await eventually(() => expect(server.urls.length).toBeGreaterThan(2));
    expect(cache.state().synced).toBe(false);
  });
});

test('only metadata is asked for: of a list as of a list, of an item and its changes as of an item', async () => {
  const accepted: Record<string, string> = {};
  const server = await apiServer((url, response, accept) => {
    const what = url.searchParams.has('watch') ? 'watch' : (url.pathname.split('/')[4] ?? 'list');
    accepted[what] = accept.split(',')[0] ?? '';
    if (what === 'watch') response.writeHead(200).flushHeaders();
    else json(response, what === 'list' ? namespaceList(1, []) : namespace(what, 1));
  });
  const cache = await cacheOf(server);
  await cache.synced;
  await cache.fetch('new');
  await eventually(() =>
    expect(accepted).toEqual({
      list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      new: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    }),
  );
});

describe('a Namespace that is too new for the cache', () => {
  const withNew = (url: URL, response: ServerResponse) => {
    if (url.pathname === '/api/v1/namespaces/new')
      return json(response, namespace('new', 9, { tier: 'gold' }));
    if (url.pathname !== '/api/v1/namespaces') return json(response, { message: 'not found' }, 404);
    if (url.searchParams.has('watch')) return void response.writeHead(200).flushHeaders();
    json(response, namespaceList(1, []));
  };

  test('is asked for, once for all who wait for it', async () => {
    const server = await apiServer(withNew);
    const cache = await cacheOf(server);
    await cache.synced;
    const found = await Promise.all([cache.fetch('new'), cache.fetch('new')]);
    expect(found.map(labels)).toEqual([{ tier: 'gold' }, { tier: 'gold' }]);
    expect(server.urls.filter((url) => url.endsWith('/new'))).toHaveLength(1);
  });

  test('is undefined where there is none, and no name leads elsewhere', async () => {
    const server = await apiServer(withNew);
    const cache = await cacheOf(server);
    await cache.synced;
    expect(await cache.fetch('none')).toBeUndefined();
    expect(await cache.fetch('../secrets')).toBeUndefined();
    expect(server.urls).toContain('/api/v1/namespaces/..%2Fsecrets');
  });

  test('that cannot be asked for is no silence, unlike one that is not there', async () => {
    const failures: string[][] = [];
    const server = await apiServer((url, response) => {
      if (url.pathname.endsWith('/secret')) json(response, { message: 'not for you' }, 403);
      else withNew(url, response);
    });
    const cache = await cacheOf(server, { onFailedFetch: (...failure) => failures.push(failure) });
    await cache.synced;
    expect(await cache.fetch('none')).toBeUndefined();
    expect(await cache.fetch('secret')).toBeUndefined();
    expect(failures).toEqual([['secret', 'the API server answers 403: not for you']]);
  });

  test('is not asked for while the cluster is away, for every request would have to wait', async () => {
    const server = await apiServer(withNew);
    const cache = await cacheOf(server);
    await cache.synced;
    await server.stop();
    await eventually(() => expect(cache.state().connected).toBe(false));
    expect(await cache.fetch('new')).toBeUndefined();
  });

  test('eight at most are asked for at the same time, for names come from anybody', async () => {
    const server = await apiServer((url, response) => {
      if (url.pathname === '/api/v1/namespaces') withNew(url, response);
    });
    const cache = await cacheOf(server);
    await cache.synced;
    for (let i = 0; i < 8; i++) void cache.fetch(`n${i}`);
    expect(await cache.fetch('one-more')).toBeUndefined();
    await eventually(() => expect(server.urls.filter((url) => url.includes('/n'))).not.toHaveLength(0));
    expect(server.urls).not.toContain('/api/v1/namespaces/one-more');
  });
});
