import { expect, test } from 'vitest';
import { policy, programOf, webhook } from './server.ts';

const big = '9007199254740993';

const exactPolicy = policy('exact', {
  match: { kinds: ['ConfigMap'] },
  rules: [{ name: 'big', check: { name: 'expression', value: `object.metadata.generation == ${big}` } }],
});

const schema = { properties: { metadata: { properties: { generation: { type: 'integer' } } } } };

/** Says that an integer is an integer, however it was read. */
const integerPolicy = policy('integer', {
  match: { kinds: ['ConfigMap'] },
  rules: [{ name: 'big', check: { name: 'schema', value: schema } }],
});

const configMap = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"y","generation":${big}}}`;
const review = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
  "kind":{"group":"","version":"v1","kind":"ConfigMap"},"resource":{"group":"","version":"v1","resource":"configmaps"},
  "name":"x","namespace":"y","object":${configMap}}}`;

test.each([
  ['/validate', review, 'response.allowed'],
  ['/check', configMap, 'allowed'],
])('%s: an integer beyond 2^53 is judged as it was written', async (url, payload, path) => {
  const program = programOf(exactPolicy, integerPolicy);
  const { app } = webhook({ current: () => program });
  const headers = { 'content-type': 'application/json' };
  const answered = async (text: string) => {
    const body = (await app.inject({ method: 'POST', url, payload: text, headers })).json();
    return path.split('.').reduce((value, key) => value[key], body);
  };
  expect(await answered(payload)).toBe(true);
  // What JSON.parse makes of both is the same number.
  expect(Number(big)).toBe(Number('9007199254740992'));
  expect(await answered(payload.replace(big, '9007199254740992'))).toBe(false);
});
