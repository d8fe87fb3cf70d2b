import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { type ApiResponse, type ControlPlane, createClient, startKeeper } from '../control-plane/index.ts';
import { type LogLine, repository } from './webhook.ts';

export { type ServiceProxy, startProxy } from './service-proxy.ts';

interface PodTemplate {
  readonly spec: {
    readonly serviceAccountName: string;
    readonly containers: readonly {
      readonly args: readonly string[];
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
    readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
  };
}

/** The container of a pod, as a kubelet would run it. */
export interface RunningPod {
  readonly port: number;
  readonly log: () => Promise<readonly LogLine[]>;
  /** By what a prober asks: neither the name nor the authority of the certificate counts. */
  readonly isReady: () => Promise<boolean>;
  /** SIGTERM; answers how it ended. */
  readonly terminate: () => Promise<string>;
}

/**
 * Does what a kubelet would do with the Deployment as the API server has it: its arguments and environment, files of
 * its ConfigMaps, and a token of its service account, whose rights are all it has. What differs is the address that it
 * listens on, and that it is told of the cluster by a kubeconfig.
 */
export async function startPodOf(
  controlPlane: ControlPlane,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<RunningPod> {
  const get = async (path: string) => (await controlPlane.request(path)).body as never;
  const deployment = (await get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)) as {
    readonly spec: { readonly template: PodTemplate };
  };
  const { serviceAccountName, containers, volumes = [] } = deployment.spec.template.spec;
  const [container] = containers;
  if (container === undefined) throw new Error('the Deployment has no container');
  const keeper = await startKeeper();

  let args = [...container.args];
  for (const { name: volume, mountPath } of container.volumeMounts ?? []) {
    const configMap = volumes.find((each) => each.name === volume)?.configMap?.name;
    if (configMap === undefined) throw new Error(`the volume \`${volume}\` is of no ConfigMap`);
    const { data } = (await get(`/api/v1/namespaces/${namespace}/configmaps/${configMap}`)) as {
      readonly data: Readonly<Record<string, string>>;
    };
    for (const [file, text] of Object.entries(data)) {
      const path = join(keeper.folder, mountPath, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    args = args.map((arg) => arg.replace(`=${mountPath}`, `=${join(keeper.folder, mountPath)}`));
  }

  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccountName}`;
  const { body } = await controlPlane.request(`${account}/token`, {
    method: 'POST',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  });
  const kubeconfig = join(keeper.folder, 'kubeconfig');
  await writeFile(
    kubeconfig,
    kubeconfigWith((body as { status: { token: string } }).status.token, controlPlane),
  );

  keeper.run({
    name: 'abatis',
    command: '/usr/bin/env',
    args: [
      ...container.env.map((each) => `${each.name}=${each.value}`),
      ...[process.execPath, join(repository, 'src/cli/main.ts'), ...args],
      ...['--host=127.0.0.1', '--port=0', `--kubeconfig=${kubeconfig}`],
    ],
  });
  async function log(): Promise<readonly LogLine[]> {
    const lines = await readFile(join(keeper.folder, 'abatis.log'), 'utf8').catch(() => '');
    return lines
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
  }
  const address = await vi.waitUntil(async () => {
    const ending = keeper.endings.get('abatis');
    if (ending !== undefined) throw new Error(`abatis serve ended: ${ending}\n${await keeper.logs()}`);
    return (await log()).find((line) => line.address !== undefined)?.address;
  }, 60_000);
  const port = Number(new URL(address).port);

  async function isReady(): Promise<boolean> {
    const secret = (await get(`/api/v1/namespaces/${namespace}/secrets/${name}-tls`)) as {
      readonly data?: Readonly<Record<string, string>>;
    };
    const client = createClient(address, Buffer.from(secret.data?.['ca.crt'] ?? '', 'base64').toString());
    const { status } = await client.request('/readyz').catch((): Partial<ApiResponse> => ({}));
    client.close();
    return status === 200;
  }
  return {
    port,
    log,
    isReady,
    async terminate() {
      const pid = keeper.pids.get('abatis');
      if (pid !== undefined && !keeper.endings.has('abatis')) process.kill(pid, 'SIGTERM');
      const ending = await vi.waitUntil(() => keeper.endings.get('abatis'), 40_000);
      await keeper.end();
      return ending;
    },
  };
}

function kubeconfigWith(token: string, { url, authority }: ControlPlane): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server: url, 'certificate-authority-data': Buffer.from(authority).toString('base64') },
      },
    ],
    users: [{ name: 'pod', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'pod' } }],
    'current-context': 'test',
  });
}
