import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaulted } from '../../src/defaulting/index.ts';
import { builtinKinds } from '../../src/kinds/index.ts';
import type { GroupVersionKind, JsonObject } from '../../src/model/index.ts';
import { expandLists, readDocuments } from '../../src/yaml/index.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { withoutCluster } from './defaulting/cluster.ts';
import { carriers, type Manifest, manifests } from './defaulting/kinds.ts';
import { podSpecs, quantities } from './defaulting/pods.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { allPolicies, register, repository, startWebhook, type Webhook } from './webhook.ts';

const fixtures = globSync('policies/*/*/test/*.yaml', { cwd: repository }).sort();

/** What the API server hands to validating admission when an object is created, beside what we make of the object. */
describeWithControlPlane('an object with its defaults', { needs: '1.36' }, ({ controlPlane }) => {
  let webhook: Webhook;
  let recorder: Recorder;
  beforeAll(async () => {
    webhook = await startWebhook({ policies: allPolicies });
    recorder = await startRecorder(webhook);
    const registration = { name: 'recorder', failurePolicy: 'Fail', resources: ['*'] } as const;
    await register(controlPlane(), recorder, registration, () => recorder.exchanges.length);
  });
  afterAll(async () => {
    await recorder?.stop();
    await webhook?.stop();
  });

  async function compare(submitted: Manifest, index = 0, mayBeRefused = false): Promise<void> {
    const named = placed(submitted, index);
    const { kind, path } = placeOf(named);
    const from = recorder.exchanges.length;
    const answer = await controlPlane().request(`${path}?dryRun=All&fieldValidation=Ignore`, {
      method: 'POST',
      body: named,
    });
    const received = recorder.exchanges
      .slice(from)
      .map(({ review }) => review.request)
      .find(({ dryRun, object }) => dryRun && (object as Manifest)['kind'] === kind.kind)?.object;
    if (received === undefined && answer.status !== 201) {
      // Some fixtures are of versions that are no longer served, or wrong on purpose: no webhook ever sees them.
      if (mayBeRefused) return;
      throw new Error(`not admitted: ${JSON.stringify(answer.body)}`);
    }
    const ours = defaulted(named, kind, 'CREATE');

    expect(withoutCluster(ours)).toEqual(withoutCluster((received ?? answer.body) as JsonObject));
  }

  for (const [name, carry] of Object.entries(carriers)) {
    describe(`of kind ${name}`, () => {
      it.each(Object.entries(podSpecs))('with a pod: %s', (_, spec) => compare(carry(spec)));
    });
  }

  describe('of other kinds', () => {
    it.each(Object.entries(manifests))('%s', (_, manifest) => compare(manifest));
  });

  describe('with a quantity', () => {
    it.each(quantities)('%j in a pod', (memory) =>
      compare(
        carriers['Pod']?.({ containers: [{ name: 'a', image: 'a', resources: { limits: { memory } } }] }) ??
          {},
      ),
    );
    it.each(quantities)('%j in a quota', (hard) =>
      compare({ apiVersion: 'v1', kind: 'ResourceQuota', spec: { hard: { 'limits.memory': hard } } }),
    );
    it.each(quantities)('%j as a size', (sizeLimit) =>
      compare(
        carriers['Deployment']?.({
          containers: [{ name: 'a', image: 'a' }],
          volumes: [{ name: 'v', emptyDir: { sizeLimit } }],
        }) ?? {},
      ),
    );
  });

  describe('of the stock policies', () => {
    it.each(fixtures)('%s', async (fixture) => {
      const { documents } = readDocuments(fixture, readFileSync(join(repository, fixture), 'utf8'));
      const objects = documents.flatMap(expandLists).map(({ value }) => value as Manifest);
      for (const [index, object] of objects.entries()) {
        if (isBuiltin(object)) await compare(object, index, true);
      }
    });
  });
});

/** A name that is free, in a namespace that is there. */
function placed(manifest: Manifest, index: number): Manifest {
  const { namespace: _, ...metadata } = (manifest['metadata'] ?? {}) as Readonly<Record<string, unknown>>;
  const namespace = rowOf(manifest).row?.namespaced === true ? { namespace: 'default' } : {};
  const name = metadata['generateName'] === undefined ? (metadata['name'] ?? `a-${index}`) : undefined;
  const free = manifest['kind'] === 'Namespace' ? `trial-${name}` : name;
  return { ...manifest, metadata: { ...metadata, ...(name !== undefined && { name: free }), ...namespace } };
}

function rowOf(manifest: Manifest) {
  const [version = '', group = ''] = String(manifest['apiVersion']).split('/').reverse();
  const row = builtinKinds.find((row) => row.group === group && row.kind === manifest['kind']);
  return { group, version, row };
}

function isBuiltin(manifest: Manifest): boolean {
  return rowOf(manifest).row !== undefined;
}

function placeOf(manifest: Manifest): { readonly kind: GroupVersionKind; readonly path: string } {
  const { group, version, row } = rowOf(manifest);
  if (row === undefined) throw new Error(`no built-in kind: ${JSON.stringify(manifest)}`);
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const path = `${api}${row.namespaced ? '/namespaces/default' : ''}/${row.resource}`;
  return { kind: { group, version, kind: row.kind }, path };
}
