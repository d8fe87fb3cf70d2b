import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiResponse, type ControlPlane, describeWithControlPlane } from '../control-plane/index.ts';
import { chart, describeWithHelm, helmBeside, obtainHelm, type Values } from '../helm/index.ts';
import { type RunningPod, type ServiceProxy, startPodOf, startProxy } from './installed.ts';
import { repository } from './webhook.ts';

const namespace = 'abatis-system';
const registrations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/** A policy against ConfigMaps whose data has this key; it fails closed, as policies do that say nothing of it. */
const policyAgainst = (key: string) => `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: { name: no-${key} }
spec:
  match: { kinds: [ConfigMap] }
  enforcement: Deny
  rules:
    - name: ${key}
      forbid: [data.${key}]
      message: ConfigMap \`{{ object.metadata.name }}\` is ${key}
`;

interface Webhook {
  readonly name: string;
  readonly failurePolicy: string;
  readonly clientConfig: { readonly caBundle?: string; readonly service: object };
}

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
      const { code, stderr } = await helmBeside(args, {
        values: { service: { port: proxy.port }, ...values },
        kubeconfig,
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    }
    async function uninstall(): Promise<void> {
      const kubeconfig = await controlPlane().kubeconfigFor();
      const args = ['uninstall', 'abatis', `--namespace=${namespace}`];
      const { code, stderr } = await helmBeside(args, { kubeconfig });
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    }
    const create = (name: string, data: object, where = 'shop') =>
      createConfigMap(controlPlane(), name, data, where);
    const webhooks = async (name = 'abatis') => {
      const { body } = await controlPlane().request(`${registrations}/${name}`);
      return (body as { webhooks?: readonly Webhook[] }).webhooks ?? [];
    };
    const webhook = async (name: string) => (await webhooks()).find((each) => each.name === name);
    const isDenied = (key: string) =>
      vi.waitFor(async () => expect((await create('a', { [key]: 'x' })).status).toBe(403), 30_000);
    /** What kube-proxy does elsewhere; the name that the certificate must have stays that of the Service. */
    async function routeService(): Promise<void> {
      await controlPlane().request(`/api/v1/namespaces/${namespace}/services/abatis`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { type: 'ExternalName', externalName: 'localhost' } },
      });
    }
    async function endPods(): Promise<void> {
      await Promise.all(pods.splice(0).map((pod) => pod.terminate()));
    }
    async function startPod(): Promise<RunningPod> {
      const pod = await startPodOf(controlPlane(), { namespace, name: 'abatis' });
      pods.push(pod);
      await vi.waitUntil(pod.isReady, 60_000);
      return pod;
    }
    const values = { packs: [], drainDelay: 2, policies: { 'no-bad.yaml': policyAgainst('bad') } };

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
      await routeService();
      const one = await startPod();
      const other = await startPod();
      proxy.endpoints([one.port, other.port]);
      await isDenied('bad');
      expect(JSON.stringify((await create('a', { bad: 'x' })).body)).toContain(
        'admission webhook \\"validate.fail.abatis.dev\\" denied the request: no-bad/bad: ConfigMap `a` is bad',
      );
      expect((await create('b', { good: 'x' })).status).toBe(201);
      for (const { log } of [one, other]) {
        const strange = (await log()).filter(({ level }) => level === 'error' || level === 'fatal');
        expect(strange).toEqual([]);
      }
    });

    it('keeps what the API server asks about in step with the policies, and says what became of them', async () => {
      expect((await webhooks()).map(({ name, failurePolicy }) => [name, failurePolicy])).toEqual([
        ['validate.fail.abatis.dev', 'Fail'],
        ['validate.ignore.abatis.dev', 'Ignore'],
        ['validate.policies.abatis.dev', 'Ignore'],
      ]);
      expect((await create('a', { ugly: 'x' })).status).toBe(201);
      const applied = await controlPlane().kubectl(['apply', '--filename=-'], {
        stdin: policyAgainst('ugly'),
      });
      expect(applied.stdout).toContain('policy.abatis.dev/no-ugly created');
      await isDenied('ugly');
      const wait = ['wait', 'policy/no-ugly', '--for=condition=Ready', '--timeout=30s'];
      expect((await controlPlane().kubectl(wait)).code).toBe(0);
      const refused = await controlPlane().kubectl(['apply', '--filename=-'], {
        stdin: policyAgainst('worse').replace('data.worse', 'data.(worse'),
      });
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('validate.policies.abatis.dev');
    });

    it.each([namespace, 'kube-system', 'kube-node-lease'])(
      'judges in %s, too, where it fails open',
      async (where) => {
        await controlPlane().createNamespace(where);
        expect((await create('c', { bad: 'x' }, where)).status).toBe(403);
      },
    );

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
      ['yes', ['watch', 'policies.abatis.dev']],
      ['yes', ['patch', 'policyexceptions.abatis.dev/x', '--subresource=status', '-n', 'shop']],
      ['no', ['update', 'policies.abatis.dev/no-ugly']],
      ['no', ['create', 'policyexceptions.abatis.dev', '-n', namespace]],
      ['yes', ['patch', 'leases/abatis', '-n', namespace]],
      ['no', ['patch', 'leases/other', '-n', namespace]],
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
      const before = await webhook('validate.fail.abatis.dev');
      expect(before?.clientConfig.caBundle).toMatch(/^LS0t/);
      await run('upgrade', { ...values, podAnnotations: { version: 'next' } });
      // What the server wrote is not helm's to take away.
      expect(await webhook('validate.fail.abatis.dev')).toEqual(before);

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
      await endPods();
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
      const deleted = await controlPlane().kubectl(['delete', 'policy', 'no-ugly']);
      expect(deleted.stdout).toContain('deleted');
    });

    it('is uninstalled with its webhooks first, though a replica still runs, and leaves a cluster that works', async () => {
      const survivor = await startPod();
      proxy.endpoints([survivor.port]);
      await isDenied('bad');
      const tried = steadily(async () => (await create('during', { good: 'x' })).status === 201);
      await uninstall();
      await vi.waitFor(async () => expect((await create('e', { bad: 'x' })).status).toBe(201), 30_000);
      expect((await tried.stop()).failures).toEqual([]);
      await endPods();
      for (const kind of ['validating', 'mutating']) {
        const { body } = await controlPlane().request(registrations.replace('validating', kind));
        expect((body as { items: unknown[] }).items).toEqual([]);
      }
      const all =
        'deployments,services,roles,rolebindings,networkpolicies,poddisruptionbudgets,configmaps,secrets,leases';
      const left = await controlPlane().kubectl(['get', all, `--namespace=${namespace}`, '--output=name']);
      // The ConfigMap is that of the test above.
      expect(left.stdout.trim().split('\n').sort()).toEqual([
        'configmap/d',
        'lease.coordination.k8s.io/abatis',
        'secret/abatis-tls',
      ]);
      const roles = ['get', 'clusterroles,clusterrolebindings', '--output=name'];
      expect((await controlPlane().kubectl(roles)).stdout).not.toContain('/abatis');
      const kinds = await controlPlane().kubectl(['get', 'customresourcedefinitions', '--output=name']);
      expect(kinds.stdout).toContain('policies.abatis.dev');
    });

    it('is installed again where it was before, with a static webhook', async () => {
      await run('install', { ...values, registration: { mode: 'static', failurePolicy: 'Fail' } });
      await routeService();
      proxy.endpoints([(await startPod()).port]);
      await isDenied('bad');
      expect((await webhooks('abatis-static')).map(({ name }) => name)).toEqual([
        'validate.abatis.dev',
        'validate.policies.abatis.dev',
      ]);
      // It is not asked about these at all.
      for (const where of [namespace, 'kube-system', 'kube-node-lease'])
        expect((await create('a', { bad: 'x' }, where)).status).toBe(201);
    });

    it('changes from a static registration to a managed one and back, and leaves no half of either', async () => {
      await run('upgrade', values);
      expect(await webhooks('abatis-static')).toEqual([]);
      await endPods();
      proxy.endpoints([(await startPod()).port]);
      await isDenied('bad');
      expect((await webhooks()).length).toBe(3);
      await run('upgrade', { ...values, registration: { mode: 'static' } });
      expect(await webhooks()).toEqual([]);
      expect((await webhooks('abatis-static')).length).toBe(2);
      await endPods();
    });

    it('is installed without helm, by the YAML made from it, and removed by the same', async () => {
      await uninstall();
      const file = join(repository, 'deploy/abatis.yaml');
      const apply = ['apply', '--server-side', '--force-conflicts', `--filename=${file}`];
      expect(await controlPlane().kubectl(apply)).toMatchObject({ code: 0 });
      await routeService();
      const args = (await argsOf(controlPlane())).map((arg) =>
        arg.startsWith('--service=') ? arg.replace(/:\d+$/, `:${proxy.port}`) : arg,
      );
      const path = '/spec/template/spec/containers/0/args';
      await patchDeployment(controlPlane(), [{ op: 'replace', path, value: args }]);
      proxy.endpoints([(await startPod()).port]);
      const rules = ['validate.ignore.abatis.dev', 'validate.policies.abatis.dev'];
      await vi.waitFor(async () => expect((await webhooks()).map(({ name }) => name)).toEqual(rules), 30_000);
      const pod = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'x', namespace: 'shop' },
        spec: { containers: [{ name: 'x', image: 'x:1', securityContext: { privileged: true } }] },
      });
      await vi.waitFor(async () => {
        const run = await controlPlane().kubectl(['create', '--dry-run=server', '--filename=-'], {
          stdin: pod,
        });
        expect(run.stderr).toContain('no-privileged-containers/privileged');
      }, 30_000);

      // Again: what the server wrote stays.
      const before = await webhooks();
      expect(await controlPlane().kubectl(apply)).toMatchObject({ code: 0 });
      expect(await webhooks()).toEqual(before);

      const first = ['delete', 'validatingwebhookconfiguration,mutatingwebhookconfiguration', 'abatis'];
      expect(await controlPlane().kubectl(first)).toMatchObject({ code: 0 });
      const rest = ['delete', `--filename=${file}`, '--ignore-not-found', '--wait=false'];
      expect(await controlPlane().kubectl(rest)).toMatchObject({ code: 0 });
      await endPods();
      const left = await controlPlane().kubectl([
        'get',
        'clusterroles,clusterrolebindings,customresourcedefinitions,validatingwebhookconfigurations',
        '--output=name',
      ]);
      expect(left.stdout.split('\n').filter((name) => name.includes('abatis'))).toEqual([]);
    });
  });
});

const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/abatis`;

async function argsOf(controlPlane: ControlPlane): Promise<readonly string[]> {
  const { body } = await controlPlane.request(deployment);
  const { spec } = body as {
    spec: { template: { spec: { containers: readonly { args: readonly string[] }[] } } };
  };
  return spec.template.spec.containers[0]?.args ?? [];
}

async function patchDeployment(controlPlane: ControlPlane, body: readonly object[]): Promise<void> {
  const contentType = 'application/json-patch+json';
  expect((await controlPlane.request(deployment, { method: 'PATCH', contentType, body })).status).toBe(200);
}

function createConfigMap(
  controlPlane: ControlPlane,
  name: string,
  data: object,
  namespace: string,
): Promise<ApiResponse> {
  const dryRun = name === 'd' ? '' : '?dryRun=All';
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
