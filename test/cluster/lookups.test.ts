import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type ClusterLookupsOptions, clusterClient, clusterLookups } from '../../src/cluster/index.ts';
import type { FactRequest, JsonObject } from '../../src/model/index.ts';
import { afterTest, apiServer, eventually, json, line } from './api-server.ts';

type Server = Awaited<ReturnType<typeof apiServer>>;
type Answer = (url: URL, response: ServerResponse) => void;

const kind = 'coordination.k8s.io/v1/Lease';
const root = '/apis/coordination.k8s.io/v1';
const path = `${root}/namespaces/shop/leases/a`;

function request(name: string, namespace = 'shop', of = kind): FactRequest {
  const slash = of.lastIndexOf('/');
  const context = { apiVersion: of.slice(0, slash), kind: of.slice(slash + 1), namespace, name };
  return { source: 'lookup', key: `${of} ${namespace}/${name}`, context, within: undefined };
}

function lease(name: string, holderIdentity: string, more: JsonObject = {}): JsonObject {
  return {
    metadata: {
      name,
      namespace: 'shop',
      resourceVersion: '2',
      managedFields: [{ manager: 'kubectl', fieldsV1: {} }],
    },
    spec: { holderIdentity, ...more },
  };
}

const refused = (response: ServerResponse, code: number, more: JsonObject = {}) =>
  json(response, { kind: 'Status', code, message: 'system:abatis cannot', ...more }, code);

const absent = (response: ServerResponse, name: string) =>
  refused(response, 404, { reason: 'NotFound', details: { name, kind: 'leases' } });

const resources = {
  resources: [
    { name: 'leases', kind: 'Lease', namespaced: true },
    { name: 'leases/status', kind: 'Lease', namespaced: true },
    { name: 'nodes', kind: 'Node', namespaced: false },
  ],
};

/** What serves Leases as it is told, and says that it does. */
function serving(answers: {
  readonly discovery?: Answer;
  readonly list?: Answer;
  readonly watch?: Answer;
  readonly one?: Answer;
}): Answer {
  return (url, response) => {
    const { pathname, searchParams } = url;
    const { discovery, list, watch, one } = answers;
    if (pathname === root || pathname === '/api/v1') {
      return discovery === undefined ? json(response, resources) : discovery(url, response);
    }
    if (pathname.includes('/namespaces/')) {
      return one === undefined ? absent(response, pathname.split('/').at(-1) ?? '') : one(url, response);
    }
    if (!searchParams.has('watch')) {
      return list === undefined ? json(response, listOf([lease('a', 'ann')])) : list(url, response);
    }
    if (watch === undefined) response.writeHead(200).flushHeaders();
    else watch(url, response);
  };
}

const listOf = (items: readonly JsonObject[], more: JsonObject = {}) => ({
  metadata: { resourceVersion: '1', ...more },
  items,
});

const forbidden = {
  list: (_: URL, response: ServerResponse) => refused(response, 403),
  watch: (_: URL, response: ServerResponse) => refused(response, 403),
};

async function lookupsOf(server: Server, options: ClusterLookupsOptions = {}, kinds = [kind]) {
  const client = await clusterClient(server.kubeconfig);
  if ('problem' in client) throw new Error(client.problem);
  const lookups = clusterLookups(client, { retryAfter: 5, retryLimit: 20, ...options });
  afterTest(() => lookups.close());
  lookups.follow(kinds);
  const how = () => lookups.state().map((state) => state.how);
  return { ...lookups, how };
}

const holder = (answer: unknown) =>
  (answer as { value?: { spec?: { holderIdentity?: string } } } | undefined)?.value?.spec?.holderIdentity;

describe('objects of a kind that is watched', () => {
  test('are known at once, whole, but for managed fields and with what lists leave out', async () => {
    const server = await apiServer(serving({}));
    const lookups = await lookupsOf(server);
    expect(lookups.peek(request('a'))).toBeUndefined();
    expect(await lookups.find(request('a'))).toEqual({
      status: 'known',
      value: {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'a', namespace: 'shop', resourceVersion: '2' },
        spec: { holderIdentity: 'ann' },
      },
    });
    expect(lookups.peek(request('a'))).toEqual(await lookups.find(request('a')));
    expect(lookups.state()).toEqual([{ kind, how: 'watched', count: 1 }]);
    await eventually(() =>
      expect(server.urls).toEqual([
        root,
        `${root}/leases?limit=100`,
        `${root}/leases?watch=1&allowWatchBookmarks=true&timeoutSeconds=60&resourceVersion=1`,
      ]),
    );
  });

  test.each([
    ['of another name', request('b')],
    ['in another namespace', request('a', 'bank')],
    ['by the name of a prototype', request('__proto__')],
    ['by a path', request('../../secrets/a')],
    ['by a name that is a way up', request('..')],
    ['in a namespace that is a way up', request('a', '..')],
    ['by a name that is longer than names are', request('a'.repeat(254))],
  ])('are null where there is none: %s', async (_, wanted) => {
    const server = await apiServer(serving({}));
    const lookups = await lookupsOf(server);
    expect(await lookups.find(wanted)).toEqual({ status: 'known', value: null });
    expect(server.urls.filter((url) => url.includes('/namespaces/'))).toEqual([]);
  });

  test('follow changes', async () => {
    let stream: ServerResponse | undefined;
    const watch: Answer = (_, response) => {
      response.writeHead(200).flushHeaders();
      stream = response;
    };
    const lookups = await lookupsOf(await apiServer(serving({ watch })));
    await eventually(() => expect(stream).toBeDefined());
    stream?.write(line('MODIFIED', lease('a', 'bob')));
    await eventually(() => expect(holder(lookups.peek(request('a')))).toBe('bob'));
    stream?.write(line('DELETED', lease('a', 'bob')));
    await eventually(() => expect(lookups.peek(request('a'))).toEqual({ status: 'known', value: null }));
  });

  test('cannot be changed by who was given one', async () => {
    const lookups = await lookupsOf(await apiServer(serving({})));
    const given: unknown = await lookups.find(request('a'));
    (given as { value: { spec: { holderIdentity: string } } }).value.spec.holderIdentity = 'eve';
    expect(holder(lookups.peek(request('a')))).toBe('ann');
  });

  test('are found whatever namespace is named where the kind is in none', async () => {
    const node = { metadata: { name: 'a', resourceVersion: '2' }, spec: { holderIdentity: 'nobody' } };
    const server = await apiServer(
      serving({ list: (_, response) => json(response, listOf([node as JsonObject])) }),
    );
    const lookups = await lookupsOf(server, {}, ['v1/Node']);
    for (const namespace of ['', 'shop']) {
      expect(holder(await lookups.find(request('a', namespace, 'v1/Node')))).toBe('nobody');
    }
    expect(server.urls).toContain('/api/v1/nodes?limit=100');
  });

  test('cannot be had without a namespace where the kind is in one', async () => {
    const lookups = await lookupsOf(await apiServer(serving({})));
    expect(await lookups.find(request('a', ''))).toEqual({
      status: 'unavailable',
      reason: `\`${kind}\` is in a namespace, and none is named`,
    });
  });
});

describe('while the connection is lost', () => {
  test('what was known counts for a while, and then nothing does, until it is back', async () => {
    const server = await apiServer(serving({}));
    const lookups = await lookupsOf(server, { staleLimit: 300 });
    await lookups.find(request('a'));
    await server.stop();
    await eventually(() => expect(lookups.state()[0]?.problem).toBeDefined());
    const lost = performance.now();
    expect(holder(lookups.peek(request('a')))).toBe('ann');
    await eventually(() => expect(lookups.how()).toEqual(['not at all']));
    expect(performance.now() - lost).toBeGreaterThan(200);
    expect(lookups.peek(request('a'))).toEqual({
      status: 'unavailable',
      reason: expect.stringMatching(/^the watch of `.*Lease` is lost since more than 0\.3 s: ./),
    });
    await server.start();
    await eventually(() => expect(holder(lookups.peek(request('a')))).toBe('ann'));
  });

  test('nothing is known that was never listed', async () => {
    const server = await apiServer(serving({ list: (_, response) => refused(response, 503) }));
    const lookups = await lookupsOf(server);
    expect(await lookups.find(request('a'))).toEqual({
      status: 'unavailable',
      reason: `\`${kind}\` could not be listed: the API server answers 503: system:abatis cannot`,
    });
    server.become(serving({}));
    await eventually(() => expect(holder(lookups.peek(request('a')))).toBe('ann'));
  });
});

describe('a kind that may not be watched', () => {
  test('is asked for by name, once for all who ask at a time, and remembered for a moment', async () => {
    const one: Answer = (_, response) => json(response, lease('a', 'ann'));
    const server = await apiServer(serving({ ...forbidden, one }));
    const lookups = await lookupsOf(server, { answersLast: 300 });
    const [first, second] = await Promise.all([lookups.find(request('a')), lookups.find(request('a'))]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ value: { metadata: { name: 'a' }, spec: { holderIdentity: 'ann' } } });
    expect(JSON.stringify(first)).not.toContain('managedFields');
    expect(lookups.peek(request('a'))).toEqual(first);
    expect(server.urls.filter((url) => url === path)).toHaveLength(1);
    expect(lookups.how()).toEqual(['by name']);
    await eventually(() => expect(lookups.peek(request('a'))).toBeUndefined());
    await lookups.find(request('a'));
    expect(server.urls.filter((url) => url === path)).toHaveLength(2);
  });

  test('is null where the API server says that there is no such object', async () => {
    const lookups = await lookupsOf(await apiServer(serving(forbidden)));
    expect(await lookups.find(request('a'))).toEqual({ status: 'known', value: null });
  });

  test.each<[string, Answer, RegExp]>([
    ['it may not be read either', (_, response) => refused(response, 403), /^Abatis may not read `.*Lease`$/],
    [
      'there is no such resource',
      (_, response) => void response.writeHead(404).end('404 page not found'),
      /^the cluster serves no/,
    ],
    [
      'another object is what is not there',
      (_, response) => absent(response, 'shop'),
      /^the cluster serves no `/,
    ],
    ['the API server fails', (_, response) => refused(response, 500), /^the API server answers 500$/],
    [
      'what it says is no JSON',
      (_, response) => void response.writeHead(200).end('<html>'),
      /cannot be asked/,
    ],
  ])('is unavailable, and no null, where %s', async (_, one, reason) => {
    const problems: string[] = [];
    const server = await apiServer(serving({ ...forbidden, one }));
    const lookups = await lookupsOf(server, { onProblem: (_kind, problem) => problems.push(problem) });
    const answer = await lookups.find(request('a'));
    expect(answer).toEqual({ status: 'unavailable', reason: expect.stringMatching(reason) });
    expect(JSON.stringify(answer)).not.toContain('system:abatis');
    expect(problems).toHaveLength(1);
  });

  test('is watched once it may be', async () => {
    const server = await apiServer(serving(forbidden));
    const lookups = await lookupsOf(server);
    await eventually(() => expect(lookups.how()).toEqual(['by name']));
    server.become(serving({}));
    await eventually(() => expect(lookups.how()).toEqual(['watched']));
    expect(holder(lookups.peek(request('a')))).toBe('ann');
  });

  test('is asked for by sixteen names at a time at most, for names come from anybody', async () => {
    const server = await apiServer(serving({ ...forbidden, one: () => undefined }));
    const lookups = await lookupsOf(server);
    await eventually(() => expect(lookups.how()).toEqual(['by name']));
    for (let i = 0; i < 16; i++) void lookups.find(request(`n${i}`));
    expect(await lookups.find(request('one-more'))).toEqual({
      status: 'unavailable',
      reason: 'too many objects are being looked up',
    });
  });
});

describe('a kind of which there is too much', () => {
  const many = Array.from({ length: 5 }, (_, index) => lease(`l${index}`, 'ann'));
  const one: Answer = (_, response) => json(response, lease('l0', 'by name'));

  test.each([
    ['objects', { objects: 4, bytes: 1e9 }, 'there are more than 4'],
    ['bytes', { objects: 1e9, bytes: 500 }, 'they are more than 500 bytes'],
  ])('is not kept, but asked for by name: more %s than allowed', async (_, limit, problem) => {
    const list: Answer = (_url, response) => json(response, listOf(many));
    const server = await apiServer(serving({ list, one }));
    const lookups = await lookupsOf(server, { limit });
    expect(holder(await lookups.find(request('l0')))).toBe('by name');
    expect(lookups.state()).toEqual([{ kind, how: 'by name', count: 0, problem }]);
    expect(server.urls.some((url) => url.includes('watch=1'))).toBe(false);
  });

  test('is given up while it grows, and not before: what is deleted makes room', async () => {
    let stream: ServerResponse | undefined;
    const server = await apiServer(
      serving({
        list: (_, response) => json(response, listOf(many.slice(0, 2))),
        watch(_, response) {
          response.writeHead(200).flushHeaders();
          stream = response;
        },
        one,
      }),
    );
    const lookups = await lookupsOf(server, { limit: { objects: 2, bytes: 1e9 } });
    await eventually(() => expect(stream).toBeDefined());
    const [first = {}, , third = {}, fourth = {}] = many;
    stream?.write(line('DELETED', first) + line('ADDED', third) + line('MODIFIED', third));
    await eventually(() => expect(holder(lookups.peek(request('l2')))).toBe('ann'));
    expect(lookups.how()).toEqual(['watched']);
    stream?.write(line('ADDED', fourth));
    await eventually(() => expect(lookups.how()).toEqual(['by name']));
  });
});

describe('a kind that the cluster does not serve', () => {
  test.each<[string, Answer]>([
    ['whose group it does not know', (_, response) => refused(response, 404)],
    ['in another version', (_, response) => json(response, { resources: [] })],
  ])('is unavailable, and looked for again: one %s', async (_, discovery) => {
    const server = await apiServer(serving({ discovery }));
    const lookups = await lookupsOf(server);
    expect(await lookups.find(request('a'))).toEqual({
      status: 'unavailable',
      reason: `the cluster serves no \`${kind}\``,
    });
    server.become(serving({}));
    await eventually(() => expect(holder(lookups.peek(request('a')))).toBe('ann'));
  });

  test('any more is unavailable, and found when it comes back as another resource', async () => {
    let stream: ServerResponse | undefined;
    const server = await apiServer(
      serving({
        watch(_, response) {
          response.writeHead(200).flushHeaders();
          stream = response;
        },
      }),
    );
    const lookups = await lookupsOf(server);
    await eventually(() => expect(stream).toBeDefined());
    const gone: Answer = (_, response) => void response.writeHead(404).end('404 page not found');
    server.become(serving({ discovery: gone, list: gone, watch: gone }));
    stream?.destroy();
    await eventually(() =>
      expect(lookups.peek(request('a'))).toMatchObject({
        status: 'unavailable',
        reason: expect.stringContaining('the cluster serves no'),
      }),
    );
    const other = { resources: [{ name: 'tenancies', kind: 'Lease', namespaced: true }] };
    server.become(serving({ discovery: (_, response) => json(response, other) }));
    await eventually(() => expect(holder(lookups.peek(request('a')))).toBe('ann'));
    expect(server.urls).toContain(`${root}/tenancies?limit=100`);
  });
});

describe('kinds that are followed', () => {
  test('are those of the policies in force; others are not asked for', async () => {
    const server = await apiServer(serving({}));
    const lookups = await lookupsOf(server, {}, []);
    expect(await lookups.find(request('a'))).toMatchObject({ status: 'unavailable' });
    expect(server.urls).toEqual([]);
    lookups.follow([kind]);
    lookups.follow([kind]);
    await lookups.find(request('a'));
    expect(server.urls.filter((url) => url === root)).toHaveLength(1);
  });

  test('stay a while for requests that are under way', async () => {
    const lookups = await lookupsOf(await apiServer(serving({})));
    await lookups.find(request('a'));
    lookups.follow([]);
    expect(lookups.state()).toEqual([]);
    expect(holder(lookups.peek(request('a')))).toBe('ann');
  });

  test('are told of when it changes how they are looked up, and not else', async () => {
    const told: string[] = [];
    const server = await apiServer(serving({}));
    const lookups = await lookupsOf(server, {
      onState: ({ how, problem }) => told.push(`${how}${problem === undefined ? '' : '!'}`),
    });
    await lookups.find(request('a'));
    await eventually(() => expect(told).toEqual(['watched']));
    await server.stop();
    await eventually(() => expect(told).toEqual(['watched', 'watched!']));
  });
});
