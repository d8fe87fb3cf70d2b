import type { Server } from 'node:https';
import { describe, expect, test } from 'vitest';
import { configMap, goodConfigMap, ownerPolicy, programOf, review, webhook } from './server.ts';

describe('GET /healthz', () => {
  test('answers as long as the process does', async () => {
    const { app } = webhook({ readiness: () => [{ name: 'x', ok: false }] });
    const response = await app.inject({ url: '/healthz' });
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe('GET /readyz', () => {
  test('is 200 when everything is well, and tells of it', async () => {
    const checks = [{ name: 'policies', ok: true, detail: '6 policies' }];
    const response = await webhook({ readiness: () => checks }).app.inject({ url: '/readyz' });
    expect([response.statusCode, response.json()]).toEqual([200, { ready: true, checks }]);
  });

  test('is 503 when anything is not', async () => {
    const checks = [
      { name: 'policies', ok: true },
      { name: 'namespaces', ok: false, detail: 'not connected yet' },
    ];
    const response = await webhook({ readiness: () => checks }).app.inject({ url: '/readyz' });
    expect([response.statusCode, response.json()]).toEqual([503, { ready: false, checks }]);
  });
});

describe('GET /metrics', () => {
  test('counts requests by operation and outcome', async () => {
    const { post, metric } = webhook();
    await post('/validate', review(goodConfigMap));
    await post('/validate', review(goodConfigMap));
    await post('/validate', review(configMap));
    await post('/check', configMap);
    const series = (labels: string) => metric(`abatis_requests_total{${labels}}`);
    expect(await series('endpoint="validate",operation="CREATE",outcome="allowed"')).toBe(2);
    expect(await series('endpoint="validate",operation="CREATE",outcome="denied"')).toBe(1);
    expect(await series('endpoint="check",operation="CREATE",outcome="denied"')).toBe(1);
    expect(await metric('abatis_request_duration_seconds_count{endpoint="validate"}')).toBe(3);
  });

  test('counts findings by policy, rule and action', async () => {
    const { post, metric } = webhook();
    await post('/validate', review(configMap));
    await post('/validate', review(configMap));
    expect(await metric('abatis_findings_total{policy="owner",rule="label",action="Deny"}')).toBe(2);
    expect(await metric('abatis_findings_total{policy="note",rule="annotation",action="Audit"}')).toBe(2);
  });

  test('has every rule in force before it finds anything, and none that is gone', async () => {
    const { post, metric, metrics } = webhook();
    await post('/validate', review(configMap));
    metrics.loaded(programOf(ownerPolicy));
    expect(await metric('abatis_findings_total{policy="owner",rule="label",action="Deny"}')).toBe(0);
    expect(await metric('abatis_findings_total{policy="team",rule="label",action="Warn"}')).toBeUndefined();
    expect(await metric('abatis_policies{enforcement="Deny"}')).toBe(1);
    expect(await metric('abatis_policies{enforcement="Warn"}')).toBe(0);
  });

  test('counts sets of policies that were loaded and refused', async () => {
    const { metric, metrics } = webhook();
    expect(await metric('abatis_policy_loads_total{result="refused"}')).toBe(0);
    metrics.refused();
    expect(await metric('abatis_policy_loads_total{result="loaded"}')).toBe(1);
    expect(await metric('abatis_policy_loads_total{result="refused"}')).toBe(1);
  });

  test('does not grow with what is requested', async () => {
    const { post, app } = webhook();
    const count = async () => (await app.inject({ url: '/metrics' })).body.split('\n').length;
    await post('/validate', review(configMap));
    const before = await count();
    for (let i = 0; i < 50; i++) {
      const name = `object-${i}`;
      const object = { ...configMap, metadata: { ...configMap.metadata, name, namespace: name } };
      await post('/validate', review(object, { userInfo: { username: name } }));
      await app.inject({ url: `/${name}` });
    }
    expect(await count()).toBe(before);
  });

  test('of one server knows nothing of another one', async () => {
    const [one, other] = [webhook(), webhook()];
    await one.post('/validate', review(configMap));
    expect(await other.metric('abatis_findings_total{policy="owner",rule="label",action="Deny"}')).toBe(0);
  });
});

describe('every other path', () => {
  test.each(['/', '/validate/x', '/mutation', '/../etc/passwd', '/%zz', '/constructor', '/__proto__'])(
    '%s is not there, as a Status',
    async (url) => {
      const response = await webhook().app.inject({ url });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toMatchObject({ kind: 'Status', reason: 'NotFound' });
    },
  );
});

describe('the connection', () => {
  test('is kept for longer than the 90 seconds for which the API server keeps it', () => {
    const { app } = webhook();
    expect(app.server.keepAliveTimeout).toBeGreaterThan(90_000);
  });

  test('has an end for requests that never come in completely', () => {
    const server = webhook().app.server as Server;
    expect(server.requestTimeout).toBe(30_000);
  });
});
