import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { capacityOf, percentiles, steadyLoad, type Tried } from './load.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { type Replica, startReplica } from './replica.ts';
import { type ServiceProxy, startProxy } from './service-proxy.ts';

const registrations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/** Whatever the version: a ConfigMap that is bad is denied, and no other is. */
const policy = (version: number): string => `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: no-bad}
spec:
  match: {kinds: [ConfigMap]}
  enforcement: Deny
  rules: [{name: bad, forbid: data.bad, message: bad by version ${version}}]
`;

/** Of what the API server and two replicas can do on this machine. */
const fraction = 0.4;

/** Long enough for an endpoint that goes to be taken out of the Service. */
const drainDelay = '2';
const noticed = 1000;

describeWithControlPlane('two replicas behind one address, failing closed', {}, ({ controlPlane }) => {
  const replicas = new Set<Replica>();
  let folder: PolicyFolder;
  let proxy: ServiceProxy;
  let args: readonly string[];
  let perSecond: number;

  const portOf = ({ url }: Replica): number => Number(new URL(url).port);
  const route = (): void => proxy.endpoints([...replicas].map(portOf));

  async function start(): Promise<Replica> {
    const replica = await startReplica(args);
    await vi.waitUntil(
      async () => (await replica.request('/readyz').catch(() => undefined))?.status === 200,
      60_000,
    );
    replicas.add(replica);
    route();
    return replica;
  }

  /** Written beside and renamed, so that no reader finds half of it. */
  async function write(text: string): Promise<void> {
    folder.write('policy.yaml.next', text);
    await rename(join(folder.path, 'policy.yaml.next'), join(folder.path, 'policy.yaml'));
  }

  let turn = 0;
  /** A good one and a bad one in turn. */
  async function attempt(): Promise<string | undefined> {
    const isBad = turn++ % 2 === 1;
    const data = isBad ? { bad: 'x' } : { good: 'x' };
    const { status, body } = await controlPlane().request('/api/v1/namespaces/shop/configmaps?dryRun=All', {
      method: 'POST',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'steady' }, data },
    });
    if (isBad ? status === 403 && JSON.stringify(body).includes('bad by version') : status === 201) return;
    const { message = '' } = body as { message?: string };
    if (message.includes('failed calling webhook')) return `no answer: ${message}`;
    return `wrong: a ${isBad ? 'bad' : 'good'} one is answered ${status}: ${message}`;
  }

  async function during(what: string, work: () => Promise<void>): Promise<Tried> {
    const load = steadyLoad(attempt, perSecond);
    const began = Date.now();
    await work();
    const tried = await load.stop();
    const { p50, p99 } = percentiles(tried.durations);
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    console.log(
      `${what}: ${tried.count} requests in ${seconds} s, ${tried.failures.length} without the right answer; ` +
        `p50 ${p50} ms, p99 ${p99} ms`,
    );
    expect(tried.failures.filter((failure) => failure.what.startsWith('wrong'))).toEqual([]);
    expect(tried.count).toBeGreaterThan(100);
    return tried;
  }

  beforeAll(async () => {
    proxy = await startProxy();
    folder = createPolicyFolder({ 'policy.yaml': policy(0) });
    for (const name of ['abatis-system', 'shop']) await controlPlane().createNamespace(name);
    const webhook = {
      name: 'replicas.abatis.dev',
      clientConfig: { url: `https://localhost:${proxy.port}/validate` },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 10,
    };
    const body = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'replicas' },
      webhooks: [webhook],
    };
    expect((await controlPlane().request(registrations, { method: 'POST', body })).status).toBe(201);
    args = [
      ...['--kubeconfig', await controlPlane().kubeconfigFor(), '--policies', folder.path],
      ...['--cert-secret', 'abatis-system/abatis-tls', '--webhook-configuration', 'replicas'],
      // So that there are several of both while this runs.
      ...['--cert-life', '10s', '--ca-life', '30s', '--drain-delay', drainDelay],
    ];
    await Promise.all([start(), start()]);
    await vi.waitFor(async () => {
      expect([await attempt(), await attempt()]).toEqual([undefined, undefined]);
    }, 60_000);
    const capacity = await capacityOf(attempt, 8, 5);
    perSecond = capacity * fraction;
    console.log(
      `capacity ${capacity.toFixed(0)} requests a second; the load is ${fraction} of it, ${perSecond.toFixed(0)}`,
    );
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    proxy?.close();
    folder?.remove();
  });

  it('lose only what was under way when one of them is killed, and nothing when it comes back', async () => {
    const [victim] = replicas;
    if (victim === undefined) throw new Error('there is no replica');
    let [killed, unrouted] = [0, 0];
    const { failures } = await during('kill -9 and a new one', async () => {
      await pause(2000);
      killed = Date.now();
      await victim.kill();
      replicas.delete(victim);
      // As soon as a kubelet tells of it.
      await pause(noticed);
      route();
      unrouted = Date.now();
      await pause(3000);
      await start();
      await pause(3000);
    });
    await victim.stop();
    const lost = proxy.lost(portOf(victim));
    console.log(`${lost} connections were lost with it`);
    // What could not be served: calls that it had taken, and those sent to it before the Service knew.
    expect(failures.filter(({ from, to }) => to < killed || from > unrouted)).toEqual([]);
    expect(failures.length).toBeLessThanOrEqual(lost);
  });

  it('lose nothing when both are rolled', async () => {
    const endings: string[] = [];
    const { failures } = await during('both rolled', async () => {
      for (const old of [...replicas]) {
        await start();
        const gone = old.terminate();
        // Others learn of it only a while after it was told to go.
        await pause(noticed);
        replicas.delete(old);
        route();
        endings.push(await gone);
        await old.stop();
      }
    });
    expect(endings).toEqual(['exit 0', 'exit 0']);
    expect(failures).toEqual([]);
  });

  it('lose nothing when authority and certificate rotate', async () => {
    const secret = '/api/v1/namespaces/abatis-system/secrets/abatis-tls';
    const seen = new Map([
      ['ca.crt', new Set<string>()],
      ['tls.crt', new Set<string>()],
    ]);
    const { failures } = await during('certificates rotated', async () => {
      await vi.waitFor(
        async () => {
          const { data = {} } = (await controlPlane().request(secret)).body as {
            data?: Record<string, string>;
          };
          for (const [key, values] of seen) values.add(data[key] ?? '');
          expect(seen.get('ca.crt')?.size).toBeGreaterThan(2);
          expect(seen.get('tls.crt')?.size).toBeGreaterThan(3);
        },
        { timeout: 90_000, interval: 200 },
      );
    });
    expect(failures).toEqual([]);
  });

  it('lose nothing, and answer nothing wrongly, when policies are replaced a hundred times', async () => {
    const [one] = replicas;
    if (one === undefined) throw new Error('there is no replica');
    const before = await one.count('abatis_policy_loads_total');
    const { failures } = await during('policies replaced 100 times, 25 times by broken ones', async () => {
      for (let version = 1; version <= 100; version++) {
        const isBroken = version % 4 === 0;
        await write(isBroken ? policy(version).replace('forbid', 'forbidden') : policy(version));
        await pause(200);
      }
      await write(policy(101));
    });
    expect(failures).toEqual([]);
    const loads = (await one.count('abatis_policy_loads_total')) - before;
    console.log(`${loads} loads by one of the replicas`);
    expect(loads).toBeGreaterThan(20);
    await vi.waitFor(async () => {
      const { body } = await controlPlane().request('/api/v1/namespaces/shop/configmaps?dryRun=All', {
        method: 'POST',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'last' }, data: { bad: 'x' } },
      });
      expect(JSON.stringify(body)).toContain('bad by version 101');
    }, 20_000);
  });
});
