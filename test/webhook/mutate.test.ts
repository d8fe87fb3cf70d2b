import { describe, expect, test } from 'vitest';
import type { Mutation, Policy, PolicySpec } from '../../src/model/index.ts';
import { configMap, policy, programOf, review, webhook } from './server.ts';

const mutating = (name: string, mutations: readonly Mutation[], spec: Partial<PolicySpec> = {}) =>
  policy(name, {
    match: { kinds: ['ConfigMap'] },
    enforcement: [{ action: 'Warn' }],
    rules: [],
    mutations,
    ...spec,
  });
const set = (path: string, value: unknown): Mutation['form'] => ({ name: 'set', value: { path, value } });
const team = mutating('team', [{ name: 'label', form: set('metadata.labels.team', 'shop') }]);

function mutateWith(...policies: readonly Policy[]) {
  const program = programOf(...policies);
  return webhook({ current: () => program });
}

const patchOf = (response: { patch?: string }): string =>
  Buffer.from(response.patch ?? '', 'base64').toString();

describe('POST /mutate', () => {
  test('answers a patch, its type, and which fields were changed', async () => {
    const server = mutateWith(team);
    const { response } = (await server.post('/mutate', review(configMap))).json();
    expect(response).toEqual({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      allowed: true,
      auditAnnotations: { 'team.label': 'changed metadata.labels' },
      patchType: 'JSONPatch',
      patch: expect.any(String),
    });
    expect(JSON.parse(patchOf(response))).toEqual([
      { op: 'add', path: '/metadata/labels', value: { team: 'shop' } },
    ]);
    expect(
      await server.metric('abatis_mutations_total{policy="team",mutation="label",result="applied"}'),
    ).toBe(1);
    expect(
      await server.metric('abatis_requests_total{endpoint="mutate",operation="CREATE",outcome="allowed"}'),
    ).toBe(1);
    expect(server.lines).toMatchObject([
      { level: 'info', message: 'mutated', fields: { mutations: ['team/label'], operations: 1 } },
    ]);
    expect(JSON.stringify(server.lines)).not.toContain('correct horse');
  });

  test('answers neither patch nor type where nothing changes, and no findings', async () => {
    const { response } = (await webhook().post('/mutate', review(configMap))).json();
    expect(response).toEqual({ uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true });
  });

  test('only tells what an auditing policy would change', async () => {
    const server = mutateWith({ ...team, spec: { ...team.spec, enforcement: [{ action: 'Audit' }] } });
    const { response } = (await server.post('/mutate', review(configMap))).json();
    expect(response.patch).toBeUndefined();
    expect(response.auditAnnotations).toEqual({ 'team.label': 'would change metadata.labels' });
    expect(
      await server.metric('abatis_mutations_total{policy="team",mutation="label",result="reported"}'),
    ).toBe(1);
  });

  test('denies for an error of a policy that would deny and fails closed, and then changes nothing', async () => {
    const broken = mutating(
      'broken',
      [{ name: 'm', form: { name: 'set', value: { path: 'data.x', valueExpression: 'object.nowhere' } } }],
      { enforcement: [{ action: 'Deny' }], failurePolicy: 'Fail' },
    );
    const server = mutateWith(broken, team);
    const { response } = (await server.post('/mutate', review(configMap))).json();
    expect(response).toMatchObject({
      allowed: false,
      status: {
        code: 403,
        reason: 'Forbidden',
        message: expect.stringContaining('broken/m could not be evaluated'),
      },
    });
    expect(response).not.toHaveProperty('patch');
    expect(await server.metric('abatis_policy_errors_total{policy="broken",rule="m",denied="true"}')).toBe(1);
  });

  test('warns of an error of a policy that fails open', async () => {
    const broken = mutating('broken', [
      { name: 'm', form: { name: 'set', value: { path: 'data.x', valueExpression: 'object.nowhere' } } },
    ]);
    const { response } = (await mutateWith(broken, team).post('/mutate', review(configMap))).json();
    expect(response).toMatchObject({
      allowed: true,
      patchType: 'JSONPatch',
      warnings: [expect.stringContaining('broken/m could not be evaluated')],
    });
  });

  test('loses no digit of a number', async () => {
    const copy = mutating('copy', [
      { name: 'm', form: { name: 'jsonPatch', value: [{ op: 'copy', from: '/data/n', path: '/data/m' }] } },
      { name: 'v', form: { name: 'set', value: { path: 'data.v', valueExpression: 'object.data.n' } } },
    ]);
    const text = JSON.stringify(review({ ...configMap, data: { n: 1 } })).replace(
      '"n":1',
      '"n":9007199254740993',
    );
    const { response } = (await mutateWith(copy).post('/mutate', text)).json();
    expect(patchOf(response)).toBe(
      '[{"op":"add","path":"/data/m","value":9007199254740993},{"op":"add","path":"/data/v","value":9007199254740993}]',
    );
  });

  test.each(['DELETE', 'CONNECT'])('never patches on %s', async (operation) => {
    const all = {
      ...team,
      spec: { ...team.spec, match: { kinds: ['ConfigMap'], operations: ['*' as const] } },
    };
    const request =
      operation === 'DELETE' ? { operation, object: null, oldObject: configMap } : { operation };
    const { response } = (await mutateWith(all).post('/mutate', review(configMap, request))).json();
    expect(response).toEqual({ uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true });
  });
});

test('POST /check shows the patch and who made it, and judges what comes of it', async () => {
  const strict = policy('strict', {
    match: { kinds: ['ConfigMap'] },
    rules: [{ name: 'team', check: { name: 'require', value: ['metadata.labels.team'] } }],
  });
  const body = (await mutateWith(strict, team).post('/check', configMap)).json();
  expect(body).toMatchObject({
    allowed: true,
    findings: [],
    evaluated: ['strict', 'team'],
    patch: [{ op: 'add', path: '/metadata/labels', value: { team: 'shop' } }],
    applied: [{ policy: 'team', mutation: 'label', assumed: false }],
    reported: [],
  });
});
