import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';
import { configMap, goodConfigMap, ownerPolicy, policy, programOf, review, webhook } from './server.ts';

const uid = '705ab4f5-6393-11e8-b7cc-42010a800002';

describe('what the API server gets', () => {
  test('an object without findings: the uid, and that it is allowed', async () => {
    const response = await webhook().post('/validate?timeout=10s', review(goodConfigMap));
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.json()).toEqual({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      response: { uid, allowed: true },
    });
  });

  test('a denial: 403 Forbidden with a cause for each finding, beside warnings and audit annotations', async () => {
    const response = await webhook().post('/validate', review(configMap));
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      response: {
        uid,
        allowed: false,
        status: {
          metadata: {},
          status: 'Failure',
          code: 403,
          reason: 'Forbidden',
          message: expect.stringContaining('owner/label: `settings` has no owner'),
          details: {
            causes: [
              {
                reason: 'FieldValueForbidden',
                message: expect.stringContaining('set the label owner'),
                field: 'metadata.labels.owner',
              },
            ],
          },
        },
        warnings: [expect.stringContaining('team/label: no team')],
        auditAnnotations: { 'note.annotation': expect.stringContaining('no note') },
      },
    });
  });

  test('a warning without a denial is allowed', async () => {
    const owned = { ...goodConfigMap, metadata: { ...goodConfigMap.metadata, labels: { owner: 'jane' } } };
    const { response } = (await webhook().post('/validate', review(owned))).json();
    expect(response).toEqual({ uid, allowed: true, warnings: [expect.stringContaining('no team')] });
  });

  test('a uid that needs escaping comes back as it was', async () => {
    const odd = 'a"b\\c\u2028\u0001é😀';
    const { response } = (await webhook().post('/validate', review(goodConfigMap, { uid: odd }))).json();
    expect(response.uid).toBe(odd);
  });

  test('the body may be sent with a charset', async () => {
    const response = await webhook().post('/validate', review(goodConfigMap), {
      'content-type': 'application/json; charset=utf-8',
    });
    expect(response.statusCode).toBe(200);
  });

  test('a reload is seen by the next request', async () => {
    const programs = [programOf(), programOf(ownerPolicy)] as const;
    let current = programs[0];
    const { post } = webhook({ current: () => current });
    expect((await post('/validate', review(configMap))).json().response.allowed).toBe(true);
    current = programs[1];
    expect((await post('/validate', review(configMap))).json().response.allowed).toBe(false);
  });
});

describe('what policies get to see', () => {
  const named = (spec: JsonObject) =>
    policy('probe', {
      match: { kinds: ['*'], operations: ['*'], ...spec },
      rules: [{ name: 'rule', check: { name: 'require', value: ['metadata.never'] } }],
    });
  const matches = async (
    spec: JsonObject,
    body: unknown,
    namespaces?: Readonly<Record<string, JsonObject>>,
  ) => {
    const program = programOf(named(spec));
    const { post } = webhook({
      current: () => program,
      ...(namespaces !== undefined && {
        namespaces: { get: (name) => namespaces[name], fetch: async () => undefined },
      }),
    });
    return (await post('/validate', body)).json().response.allowed === false;
  };
  const deletion = (object: JsonObject, request: JsonObject = {}) =>
    review(object, { operation: 'DELETE', object: null, oldObject: object, ...request });
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { tier: 'gold' } },
  };
  const gold = { namespaceSelector: { matchLabels: { tier: 'gold' } } };

  test.each([
    ['the name', { names: ['settings'] }, review(configMap), true],
    ['another name', { names: ['other'] }, review(configMap), false],
    [
      'a name in a collection that is deleted',
      { names: ['settings'] },
      deletion(configMap, { name: '' }),
      true,
    ],
    [
      'a name to be generated',
      { names: ['web-*'] },
      review({ ...configMap, metadata: { generateName: 'web-', namespace: 'shop' } }, { name: '' }),
      true,
    ],
    ['the namespace', { namespaces: ['shop'] }, review(configMap), true],
    ['another namespace', { namespaces: ['other'] }, review(configMap), false],
    ['the user', { subjects: [{ kind: 'User', name: 'jane' }] }, review(configMap), true],
    ['a group', { subjects: [{ kind: 'Group', name: 'developers' }] }, review(configMap), true],
    ['another group', { subjects: [{ kind: 'Group', name: 'admins' }] }, review(configMap), false],
    ['the operation', { operations: ['DELETE'] }, deletion(configMap), true],
    ['a subresource', { kinds: ['ConfigMap/status'] }, review(configMap, { subResource: 'status' }), true],
    [
      'a Namespace as cluster-scoped, although its request names a namespace',
      { kinds: ['Namespace'], scope: 'Cluster' },
      review(namespace, { namespace: 'shop' }),
      true,
    ],
    [
      'a Namespace in itself',
      { kinds: ['Namespace'], namespaces: ['shop'] },
      review(namespace, { namespace: 'shop' }),
      true,
    ],
    ['cluster-scoped objects', { scope: 'Cluster' }, review({ ...configMap, metadata: { name: 'x' } }), true],
  ])('%s', async (_what, spec, body, expected) => {
    expect(await matches(spec, body)).toBe(expected);
  });

  test('the labels of the namespace, where a cache has them', async () => {
    expect(await matches(gold, review(configMap), { shop: namespace })).toBe(true);
    expect(
      await matches(gold, review(configMap), { shop: { ...namespace, metadata: { name: 'shop' } } }),
    ).toBe(false);
  });

  test('without a cache, a namespace that may match does', async () => {
    expect(await matches(gold, review(configMap))).toBe(true);
  });

  test('a namespace that is too new for the cache is asked for', async () => {
    const program = programOf(named(gold));
    const asked: string[] = [];
    const { post } = webhook({
      current: () => program,
      namespaces: {
        get: () => undefined,
        async fetch(name) {
          asked.push(name);
          return { ...namespace, metadata: { name, labels: { tier: 'tin' } } };
        },
      },
    });
    expect((await post('/validate', review(configMap))).json().response.allowed).toBe(true);
    expect(asked).toEqual(['shop']);
  });

  test('no namespace is asked for on behalf of cluster-scoped objects', async () => {
    const { post } = webhook({
      namespaces: {
        get: () => expect.unreachable(),
        fetch: () => expect.unreachable(),
      },
    });
    expect((await post('/validate', review(namespace, { namespace: 'shop' }))).statusCode).toBe(200);
  });
});

describe('a bug while judging', () => {
  const broken = () => {
    throw new TypeError('cannot read the secret "correct horse"');
  };

  test('is a failed call with a Status and the uid, so that the API server follows its failurePolicy', async () => {
    const program = { ...programOf(), candidates: broken };
    const { post, lines, metric } = webhook({ current: () => program });
    const response = await post('/validate', review(configMap));
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({
      kind: 'Status',
      code: 500,
      reason: 'InternalError',
      message: expect.any(String),
      details: { uid },
    });
    expect(lines).toMatchObject([{ level: 'error', fields: { uid, error: { name: 'TypeError' } } }]);
    expect(JSON.stringify(lines)).not.toContain('correct horse');
    expect(await metric('abatis_requests_total{endpoint="validate",operation="none",outcome="failed"}')).toBe(
      1,
    );
  });

  test('leaves the server as it was', async () => {
    let isBroken = true;
    const good = programOf();
    const { post } = webhook({ current: () => (isBroken ? { ...good, candidates: broken } : good) });
    expect((await post('/validate', review(configMap))).statusCode).toBe(500);
    isBroken = false;
    expect((await post('/validate', review(configMap))).statusCode).toBe(200);
  });
});

describe('the log', () => {
  test('says who was denied what by which rules', async () => {
    const { post, lines } = webhook();
    await post('/validate', review(configMap));
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'denied',
        fields: {
          uid,
          endpoint: 'validate',
          operation: 'CREATE',
          resource: 'v1/configmaps',
          namespace: 'shop',
          name: 'settings',
          user: 'jane',
          dryRun: false,
          allowed: false,
          findings: expect.arrayContaining(['owner/label:Deny', 'team/label:Warn', 'note/annotation:Audit']),
          errors: [],
          policies: ['note', 'owner', 'team'],
          milliseconds: expect.any(Number),
        },
      },
    ]);
  });

  test('never has a part of the object', async () => {
    const { post, lines } = webhook({ logAllowed: 1 });
    await post('/validate', review(configMap));
    await post('/validate', review(goodConfigMap));
    await post('/check', configMap);
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('correct horse');
  });

  test('is silent about what is allowed, unless asked to', async () => {
    const quiet = webhook();
    await quiet.post('/validate', review(goodConfigMap));
    expect(quiet.lines).toEqual([]);
    const loud = webhook({ logAllowed: 1 });
    await loud.post('/validate', review(goodConfigMap));
    expect(loud.lines).toMatchObject([{ level: 'info', message: 'allowed', fields: { uid, user: 'jane' } }]);
  });

  test('cuts names that nobody could have given', async () => {
    const { post, lines } = webhook();
    await post('/validate', review(configMap, { userInfo: { username: 'x'.repeat(100_000) } }));
    expect(JSON.stringify(lines).length).toBeLessThan(1500);
  });
});
