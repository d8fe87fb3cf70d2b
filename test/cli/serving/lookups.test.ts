import { pino } from 'pino';
import { expect, it } from 'vitest';
import { serveLookups } from '../../../src/cli/serving/lookups.ts';
import { clusterClient } from '../../../src/cluster/index.ts';
import { compile, vocabulary } from '../../../src/compile/index.ts';
import { load } from '../../../src/load/index.ts';
import { afterTest, apiServer, eventually, json } from '../../cluster/api-server.ts';

const silent = pino({ level: 'silent' });
const request = {
  source: 'lookup',
  key: 'v1/Secret shop/a',
  context: { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'a' },
  within: undefined,
};

function looking(...kinds: readonly string[]) {
  const facts = kinds.map(
    (kind, index) => `{name: f${index}, lookup: {kind: ${kind}, nameExpression: "'a'"}}`,
  );
  const text = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  match: {kinds: [ConfigMap]}
  facts: [${facts.join(', ')}]
  rules: [{name: r, expression: 'true', message: m}]
`;
  const compiled = compile(load([{ file: 'p.yaml', text }], vocabulary));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.program;
}

it('without a cluster nothing can be had, and nobody has to wait for it', async () => {
  const lookups = serveLookups(undefined, silent);
  lookups.follow(looking('v1/Secret'));
  const unavailable = { status: 'unavailable', reason: 'there is no cluster here to look it up in' };
  expect(lookups.source.peek(request)).toEqual(unavailable);
  expect(await lookups.source.find(request)).toEqual(unavailable);
  expect(lookups.readiness(true)).toBeUndefined();
});

/** A cluster of Secrets, which it lists when told, and of Pods, which it never lists. */
async function cluster() {
  const held = Promise.withResolvers<void>();
  const server = await apiServer(async (url, response) => {
    const [, , version, resource] = url.pathname.split('/');
    if (version === 'v1' && resource === undefined) {
      const kinds = { secrets: 'Secret', pods: 'Pod' };
      const rows = Object.entries(kinds).map(([name, kind]) => ({ name, kind, namespaced: true }));
      return json(response, { resources: rows });
    }
    if (url.searchParams.has('watch')) return void response.writeHead(200).flushHeaders();
    if (resource === 'secrets') await held.promise;
    else await new Promise(() => undefined);
    json(response, { metadata: { resourceVersion: '1' }, items: [] });
  });
  const client = await clusterClient(server.kubeconfig);
  if ('problem' in client) throw new Error(client.problem);
  const lookups = serveLookups(client, silent);
  afterTest(() => lookups.close());
  return { lookups, list: held.resolve };
}

it('is ready once everything has been tried, and stays so when more is looked up', async () => {
  const { lookups, list } = await cluster();
  lookups.follow(looking('v1/Secret'));
  expect(lookups.readiness(true)).toEqual({ name: 'lookups', ok: false, detail: 'v1/Secret: starting' });
  list();
  await eventually(() =>
    expect(lookups.readiness(true)).toEqual({ name: 'lookups', ok: true, detail: 'v1/Secret: 0 watched' }),
  );
  lookups.follow(looking('v1/Secret', 'v1/Pod'));
  expect(lookups.readiness(true)).toEqual({
    name: 'lookups',
    ok: true,
    detail: 'v1/Secret: 0 watched; v1/Pod: starting',
  });
});

it.each([
  ['stays ready when the first policy that looks something up comes later', true],
  ['waits where policies were still to come', false],
])('%s', async (_, isOtherwiseReady) => {
  const { lookups } = await cluster();
  expect(lookups.readiness(isOtherwiseReady)).toBeUndefined();
  lookups.follow(looking('v1/Pod'));
  expect(lookups.readiness(true)).toMatchObject({ ok: isOtherwiseReady });
});
