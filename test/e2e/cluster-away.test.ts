import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  clusterClient,
  discoverKinds,
  type NamespaceCache,
  namespaceCache,
} from '../../src/cluster/index.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { type Way, wayTo } from './way.ts';

describeWithControlPlane('a cluster that goes away and comes back', {}, ({ controlPlane }) => {
  let way: Way;
  let cache: NamespaceCache;
  let kinds: Awaited<ReturnType<typeof discoverKinds>>;
  beforeAll(async () => {
    way = await wayTo(controlPlane().url);
    const text = await readFile(await controlPlane().kubeconfigFor(), 'utf8');
    const kubeconfig = join(controlPlane().folder, 'kubeconfig-by-the-way.json');
    await writeFile(kubeconfig, text.replaceAll(controlPlane().url, `https://127.0.0.1:${way.port}`));
    const client = await clusterClient(kubeconfig);
    if ('problem' in client) throw new Error(client.problem);
    await controlPlane().createNamespace('shop', { tier: 'tin' });
    kinds = await discoverKinds(client);
    cache = namespaceCache(client, { retryAfter: 50, retryLimit: 200 });
    await cache.synced;
  });
  afterAll(async () => {
    cache?.close();
    await way?.cut();
  });

  const metadata = () => cache.get('shop')?.['metadata'];
  const label = (value: string) =>
    controlPlane().kubectl(['label', '--overwrite', 'namespace', 'shop', `tier=${value}`]);

  it('is known by its namespaces and kinds', () => {
    expect(metadata()).toMatchObject({ labels: { tier: 'tin' } });
    expect(kinds).toEqual(
      expect.arrayContaining([
        { group: '', kind: 'Pod', resource: 'pods', namespaced: true },
        { group: 'apps', kind: 'Deployment', resource: 'deployments', namespaced: true },
        { group: '', kind: 'Namespace', resource: 'namespaces', namespaced: false },
      ]),
    );
  });

  it('leaves what was known, and what changed meanwhile is known when it is back', async () => {
    await way.cut();
    await vi.waitFor(() => expect(cache.state()).toMatchObject({ synced: true, connected: false }), 10_000);
    await label('gold');
    expect(metadata()).toMatchObject({ labels: { tier: 'tin' } });

    await way.mend();
    await vi.waitFor(() => expect(metadata()).toMatchObject({ labels: { tier: 'gold' } }), 20_000);
    expect(cache.state()).toMatchObject({ connected: true });
  });

  it('is followed again afterwards', async () => {
    await label('silver');
    await vi.waitFor(() => expect(metadata()).toMatchObject({ labels: { tier: 'silver' } }), 10_000);
  });
});
