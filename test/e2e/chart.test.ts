import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiResponse, type ControlPlane, describeWithControlPlane } from '../control-plane/index.ts';
import { chart, describeWithHelm, helm, obtainHelm, type Values } from '../helm/index.ts';
import { type RunningPod, type ServiceProxy, startPodOf, startProxy } from './installed.ts';

const namespace = 'abatis-system';
const registrations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

const noBad = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: { name: no-bad }
spec:
  match: { kinds: [ConfigMap] }
  enforcement: Deny
  rules:
    - name: bad
      forbid: [data.bad]
      message: ConfigMap \`{{ object.metadata.name }}\` is bad
`;

describeWithHelm('the chart', () => {
  describeWithControlPlane('in a cluster', { needs: '1.30' }, ({ controlPlane }) => {
    const pods: RunningPod[] = [];
    let proxy: ServiceProxy;
    beforeAll(async () => {
      await obtainHelm((line) => process.stderr.write(`${line}\n`));
      proxy = await startProxy();
      await controlPlane().createNamespace(namespace, {
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      });
      await controlPlane().createNamespace('shop');
      await controlPlane().createNamespace('kube-system');
    });
    afterAll(async () => {
      await Promise.all(pods.map((pod) => pod.terminate()));
      proxy.close();
    });

    async function run(command: string, values: Values): Promise<void> {
      const args = [command, 'abatis', chart, `--namespace=${namespace}`, '--skip-schema-validation=false'];
      const kubeconfig = await controlPlane().kubeconfigFor();
      const { code, stderr } = helm(args, {
        values: { service: { port: proxy.port }, ...values },
        kubeconfig,
      });
      expect({ code, stderr }).toMatchObject({ code: 0 });
    }
    const create = (name: string, data: object, where = 'shop') =>
      createConfigMap(controlPlane(), name, data, where);
    const webhook = async () => {
      const { body } = await controlPlane().request(`${registrations}/abatis`);
      const { webhooks } = body as {
        webhooks: { failurePolicy: string; clientConfig: { caBundle?: string; service: object } }[];
      };
      return webhooks[0];
    };
    async function startPod(): Promise<RunningPod> {
      const pod = await startPodOf(controlPlane(), { namespace, name: 'abatis' });
      pods.push(pod);
      await vi.waitUntil(pod.isReady, 60_000);
      return pod;
    }
    const values = { policies: { 'no-bad.yaml': noBad } };

    it('is installed by helm, and the API server takes its pods under the restricted standard', async () => {
      await run('install', values);
      const { body } = await controlPlane().request(
        `/apis/apps/v1/namespaces/${namespace}/deployments/abatis`,
      );
      const { template } = (body as { spec: { template: object } }).spec;
      const pod = { apiVersion: 'v1', kind: 'Pod', ...template };
      const metadata = { ...('metadata' in template ? (template.metadata as object) : {}), name: 'abatis-0' };
      const answer = await controlPlane().request(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, {
        method: 'POST',
        body: { ...pod, metadata },
      });
      expect({ status: answer.status, warnings: answer.warnings }).toEqual({ status: 201, warnings: [] });
      // While nobody answers, requests are let through.
      expect((await create('before', { bad: 'x' })).status).toBe(201);
    });

    it('is asked through its Service, by a certificate that it made with the rights that it has', async () => {
      // What kube-proxy does elsewhere; the name that the certificate must have stays that of the Service.
      await controlPlane().request(`/api/v1/namespaces/${namespace}/services/abatis`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { type: 'ExternalName', externalName: 'localhost' } },
      });
      const one = await startPod();
      const other = await startPod();
      proxy.endpoints([one.port, other.port]);
      await vi.waitFor(async () => expect((await create('a', { bad: 'x' })).status).toBe(403), 30_000);
      expect(JSON.stringify((await create('a', { bad: 'x' })).body)).toContain(
        'admission webhook \\"validate.abatis.dev\\" denied the request: no-bad/bad: ConfigMap `a` is bad',
      );
      expect((await create('b', { good: 'x' })).status).toBe(201);
      for (const { log } of [one, other]) {
        expect((await log()).filter(({ level }) => level === 'warn' || level === 'error')).toEqual(
          (await log()).filter(({ msg }) => msg === 'denied'),
        );
      }
    });

    it.each([namespace, 'kube-system', 'kube-node-lease'])('is not asked about %s', async (where) => {
      await controlPlane().createNamespace(where);
      expect((await create('c', { bad: 'x' }, where)).status).toBe(201);
    });

    it.each([
      ['yes', ['list', 'namespaces']],
      ['yes', ['get', 'secrets/abatis-tls', '-n', namespace]],
      ['yes', ['update', 'validatingwebhookconfigurations/abatis']],
      ['no', ['get', 'secrets/other', '-n', namespace]],
      ['no', ['list', 'secrets', '-n', namespace]],
      ['no', ['get', 'secrets/abatis-tls', '-n', 'shop']],
      ['no', ['create', 'secrets', '-n', 'shop']],
      ['no', ['update', 'validatingwebhookconfigurations/other']],
      ['no', ['delete', 'validatingwebhookconfigurations/abatis']],
      ['no', ['create', 'validatingwebhookconfigurations']],
      ['no', ['get', 'pods', '-A']],
      ['no', ['get', 'configmaps', '-n', namespace]],
      ['no', ['update', 'namespaces/shop']],
      ['no', ['create', 'serviceaccounts/token', '-n', namespace]],
    ])('has rights that are few: %s, %s', async (answer, question) => {
      const { stdout } = await controlPlane().kubectl(['auth', 'can-i', ...question], {
        impersonate: {
          username: `system:serviceaccount:${namespace}:abatis`,
          groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        },
      });
      expect(stdout.trim()).toBe(answer);
    });

    it('is upgraded without a request that gets no answer, though the webhook fails closed', async () => {
      const before = await webhook();
      await run('upgrade', { ...values, registration: { failurePolicy: 'Fail' }, drainDelay: 3 });
      const after = await webhook();
      expect(after).toMatchObject({
        failurePolicy: 'Fail',
        clientConfig: { service: { path: '/validate' } },
      });
      // What the server published is not helm's to take away.
      expect(after?.clientConfig.caBundle).toBe(before?.clientConfig.caBundle);
      await vi.waitFor(async () => expect((await create('a', { bad: 'x' })).status).toBe(403), 30_000);

      // As the Deployment has it: one comes before one goes, one after the other.
      const tried = steadily(async () => (await create('steady', { bad: 'x' })).status === 403);
      const old = pods.splice(0);
      const endings: string[] = [];
      for (const pod of old) {
        const fresh = await startPod();
        const gone = pod.terminate();
        // Others learn that it goes only a while after it was told so: less than the drain delay.
        await pause(1000);
        const staying = old.slice(old.indexOf(pod) + 1);
        proxy.endpoints([...pods, ...staying].map(({ port }) => port));
        endings.push(await gone);
        expect(pods).toContain(fresh);
      }
      const { count, failures } = await tried.stop();
      console.log(`${count} requests during a rolling update, ${failures.length} failures`);
      expect(endings).toEqual(['exit 0', 'exit 0']);
      expect(failures).toEqual([]);
      expect(count).toBeGreaterThan(100);
    });

    it('locks nobody out of mending it when it fails closed and all pods are gone', async () => {
      await Promise.all(pods.splice(0).map((pod) => pod.terminate()));
      proxy.endpoints([]);
      await vi.waitFor(async () => expect((await create('d', { good: 'x' })).status).toBe(500), 30_000);
      expect((await create('d', { good: 'x' }, namespace)).status).toBe(201);
      expect((await create('d', { good: 'x' }, 'kube-system')).status).toBe(201);
      const lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'node' },
        spec: { holderIdentity: 'node' },
      };
      const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?dryRun=All';
      expect((await controlPlane().request(path, { method: 'POST', body: lease })).status).toBe(201);
    });

    it('is uninstalled with its webhook first, and leaves a cluster that works, its Secret and its kinds', async () => {
      const tried = steadily(async () => (await create('during', { good: 'x' })).status === 201);
      const kubeconfig = await controlPlane().kubeconfigFor();
      const { code, stderr } = helm(['uninstall', 'abatis', `--namespace=${namespace}`], { kubeconfig });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      await vi.waitFor(async () => expect((await create('e', { bad: 'x' })).status).toBe(201), 30_000);
      await tried.stop();
      for (const kind of ['Validating', 'Mutating']) {
        const path = registrations.replace('validating', kind.toLowerCase());
        const { body } = await controlPlane().request(path);
        expect((body as { items: unknown[] }).items).toEqual([]);
      }
      const all =
        'deployments,services,roles,rolebindings,networkpolicies,poddisruptionbudgets,configmaps,secrets';
      const left = await controlPlane().kubectl(['get', all, `--namespace=${namespace}`, '--output=name']);
      // The ConfigMaps are those of the tests above.
      expect(left.stdout.trim().split('\n').sort()).toEqual([
        'configmap/c',
        'configmap/d',
        'secret/abatis-tls',
      ]);
      const cluster = await controlPlane().kubectl([
        'get',
        'clusterroles,clusterrolebindings',
        '--output=name',
      ]);
      expect(cluster.stdout).not.toContain('/abatis');
      const kinds = await controlPlane().kubectl(['get', 'customresourcedefinitions', '--output=name']);
      expect(kinds.stdout).toContain('policies.abatis.dev');
    });

    it('is installed again where it was before', async () => {
      await run('install', values);
      await vi.waitFor(async () => expect((await webhook())?.failurePolicy).toBe('Ignore'));
      await startPod();
      await vi.waitFor(async () => expect((await webhook())?.clientConfig.caBundle).toBeDefined(), 30_000);
    });
  });
});

function createConfigMap(
  controlPlane: ControlPlane,
  name: string,
  data: object,
  namespace: string,
): Promise<ApiResponse> {
  const dryRun = name === 'c' || name === 'd' ? '' : '?dryRun=All';
  return controlPlane.request(`/api/v1/namespaces/${namespace}/configmaps${dryRun}`, {
    method: 'POST',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data },
  });
}

/** Tries something again and again until stopped. */
function steadily(attempt: () => Promise<boolean>): {
  readonly stop: () => Promise<{ readonly count: number; readonly failures: readonly number[] }>;
} {
  let isStopped = false;
  let count = 0;
  const failures: number[] = [];
  async function go(): Promise<void> {
    while (!isStopped) {
      if (!(await attempt())) failures.push(count);
      count++;
      await pause(5);
    }
  }
  const running = Promise.all([go(), go(), go()]);
  return {
    async stop() {
      isStopped = true;
      await running;
      return { count, failures };
    },
  };
}
