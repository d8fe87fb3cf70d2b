import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { ControlPlane, KubectlResult } from '../control-plane/index.ts';
import { readPage } from '../docs/console.ts';
import { type Replica, startReplica } from './replica.ts';
import { type Way, wayTo } from './way.ts';
import { repository } from './webhook.ts';

/** `abatis serve` that follows a cluster's policies and registers itself, as docs/cluster.md installs it. */
export interface Following {
  /** Leads the API server to the replica that was started last. */
  readonly service: Way;
  /** Leads replicas to the API server. */
  readonly apiServer: Way;
  readonly replicas: readonly Replica[];
  /** Waits until it is ready. The user that it acts as is `abatis-<number>`. */
  readonly start: (...args: readonly string[]) => Promise<Replica>;
  /** What the installation needs before a replica starts; does nothing where it is there. */
  readonly install: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** What the page tells people to apply, for a group of users in place of a service account. */
async function manifests(): Promise<string> {
  const page = await readFile(join(repository, 'docs/cluster.md'), 'utf8');
  const text = readPage(page).files.find(({ path }) => path === 'abatis.yaml')?.content ?? '';
  const account = '{ kind: ServiceAccount, name: abatis, namespace: abatis-system }';
  expect(text).toContain(account);
  return text.replaceAll(account, '{ kind: Group, apiGroup: rbac.authorization.k8s.io, name: abatis }');
}

/** Installs what `abatis serve --cluster-policies --register` needs, with no more rights than it needs. */
export async function following(controlPlane: ControlPlane): Promise<Following> {
  const service = await wayTo();
  const apiServer = await wayTo(controlPlane.url);
  const replicas: Replica[] = [];
  let started = 0;

  async function install(): Promise<void> {
    await controlPlane.createNamespace('abatis-system');
    const folder = join(repository, 'charts/abatis/crds');
    const { code, stderr } = await controlPlane.kubectl(['apply', '--server-side', `--filename=${folder}`]);
    expect(code, stderr).toBe(0);
    const applied = await controlPlane.kubectl(['apply', '--filename=-'], { stdin: await manifests() });
    expect(applied.code, applied.stderr).toBe(0);
    await vi.waitFor(async () => {
      const { stdout } = await controlPlane.kubectl(['get', '--raw', '/apis/abatis.dev/v1alpha1']);
      expect(stdout).toContain('policyexceptions');
    }, 20_000);
  }

  async function start(...args: readonly string[]): Promise<Replica> {
    const own = await controlPlane.kubeconfigFor({ username: `abatis-${started++}`, groups: ['abatis'] });
    const kubeconfig = join(controlPlane.folder, `kubeconfig-following-${started}.json`);
    const text = await readFile(own, 'utf8');
    await writeFile(kubeconfig, text.replaceAll(controlPlane.url, `https://127.0.0.1:${apiServer.port}`));
    const replica = await startReplica([
      ...['--kubeconfig', kubeconfig, '--cert-secret', 'abatis-system/abatis-tls'],
      ...['--cluster-policies', '--register', '--register-url', `https://127.0.0.1:${service.port}`],
      ...args,
    ]);
    replicas.push(replica);
    service.lead(replica.url);
    await vi.waitFor(async () => expect((await replica.request('/readyz')).status).toBe(200), 30_000);
    return replica;
  }

  return {
    service,
    apiServer,
    replicas,
    start,
    install,
    async end() {
      for (const replica of replicas) await replica.stop();
      await service.cut();
      await apiServer.cut();
    },
  };
}

/** A policy of the cluster as JSON, which is YAML. */
export function policy(name: string, spec: object): string {
  return JSON.stringify({ apiVersion: 'abatis.dev/v1alpha1', kind: 'Policy', metadata: { name }, spec });
}

/** A policy that denies ConfigMaps of a key. */
export function forbids(key: string, more: object = {}): string {
  return policy(`no-${key}`, {
    severity: 'medium',
    match: { kinds: ['ConfigMap'] },
    enforcement: 'Deny',
    failurePolicy: 'Fail',
    rules: [{ name: 'key', forbid: [`data.${key}`], message: `the key ${key} is not wanted` }],
    ...more,
  });
}

/** Makes a ConfigMap with these keys, for trial only. */
export function tryConfigMap(
  controlPlane: ControlPlane,
  keys: readonly string[],
  namespace = 'default',
): Promise<KubectlResult> {
  const literals = keys.map((key) => `--from-literal=${key}=x`);
  return controlPlane.kubectl([
    ...['create', 'configmap', 'trial', `--namespace=${namespace}`, '--dry-run=server'],
    ...literals,
  ]);
}
