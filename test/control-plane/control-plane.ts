import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiServerOptions, auditLog, prepareApiServer } from './api-server.ts';
import type { Binaries } from './binaries.ts';
import { type Authority, createAuthority, type User } from './certificates.ts';
import { type ApiClient, type ApiRequest, type ApiResponse, createClient } from './client.ts';
import { etcdFlags } from './etcd.ts';
import { type Keeper, startKeeper } from './keeping.ts';
import { type KubectlOptions, type KubectlResult, runKubectl } from './kubectl.ts';
import { freePorts } from './ports.ts';
import { atLeast } from './version.ts';

/** The user that may do anything, whatever RBAC says. */
export const administrator: User = { username: 'abatis-admin', groups: ['system:masters'] };

/** What the audit log of the API server says of a request. */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A kube-apiserver with its own etcd, on loopback. */
export interface ControlPlane {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** Of the API server, such as `1.36.3`. */
  readonly version: string;
  /** The data folder: certificates, logs, etcd's data. It goes when the control plane stops. */
  readonly folder: string;
  /** The certificate, PEM, that clients trust. */
  readonly authority: string;
  /** The process ids of etcd and kube-apiserver. */
  readonly pids: readonly number[];
  /** A kubeconfig file with a client certificate for the user (the administrator unless told). */
  readonly kubeconfigFor: (user?: User) => Promise<string>;
  readonly kubectl: (args: readonly string[], options?: KubectlOptions) => Promise<KubectlResult>;
  /** One request as the user, for what kubectl does not show: the raw Status, the raw warnings. */
  readonly request: (path: string, options?: ApiRequest & { readonly as?: User }) => Promise<ApiResponse>;
  /**
   * Creates a namespace, unless it is there, and in the place of the controller that is not there its
   * `default` service account, without which no Pod is admitted.
   */
  readonly createNamespace: (name: string, labels?: Readonly<Record<string, string>>) => Promise<void>;
  /** The audit log so far; empty unless the control plane was started with `audit`. */
  readonly auditEvents: () => Promise<readonly AuditEvent[]>;
  /** Ends the processes and removes the folder. */
  readonly stop: () => Promise<void>;
}

/** Longer than a loaded machine needs; a healthy start takes a few seconds. */
const startLimit = 120_000;

/**
 * Starts etcd and kube-apiserver on free ports of 127.0.0.1, with a data folder of their own, and
 * waits until the API server says that it is ready. Controllers there are none: a Deployment makes no
 * Pods, a deleted Namespace keeps its contents, the cluster roles `view`, `edit` and `admin` stay
 * empty, a namespace gets no service account (but see `createNamespace`; `default` has its account).
 *
 * Everything ends with this process, however it ends. Throws, with the programs' last words, when
 * they do not start.
 */
export async function startControlPlane(
  binaries: Binaries,
  options: ApiServerOptions = {},
): Promise<ControlPlane> {
  const failures: string[] = [];
  // A port that was free may be taken when it is used: that is worth another try.
  while (failures.length < 3) {
    const attempt = await tryToStart(binaries, options);
    if (typeof attempt !== 'string') return attempt;
    failures.push(attempt);
    if (!attempt.includes('address already in use')) break;
  }
  throw new Error(`the control plane did not start: ${failures.at(-1)}`);
}

async function tryToStart(binaries: Binaries, options: ApiServerOptions): Promise<ControlPlane | string> {
  const keeper = await startKeeper();
  try {
    const authority = await createAuthority();
    const [etcd = 0, peer = 0, api = 0] = await freePorts(3);
    const flags = await prepareApiServer(keeper.folder, authority, { etcd, api }, options);
    const { paths, version } = binaries;
    keeper.run({ name: 'etcd', command: paths.etcd, args: etcdFlags(keeper.folder, { etcd, peer }) });
    keeper.run({ name: 'kube-apiserver', command: paths['kube-apiserver'], args: flags });
    const url = `https://127.0.0.1:${api}`;
    const controlPlane = assemble(url, version, paths.kubectl, authority, keeper);
    const problem = await untilReady(controlPlane, keeper);
    if (problem === undefined) return controlPlane;
    const report = `${problem}\n${await keeper.logs()}`;
    await controlPlane.stop();
    return report;
  } catch (error) {
    await keeper.end();
    throw error;
  }
}

async function untilReady(controlPlane: ControlPlane, keeper: Keeper): Promise<string | undefined> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    for (const [name, how] of keeper.endings) return `${name} ended: ${how}`;
    if (await isReady(controlPlane)) return undefined;
    await pause(50);
  }
  return `not ready after ${startLimit / 1000} s`;
}

/** Ready means that Pods can be made: the API server says so, and its namespaces are there. */
async function isReady(controlPlane: ControlPlane): Promise<boolean> {
  try {
    const ready = await controlPlane.request('/readyz');
    if (ready.status !== 200) return false;
    const account = await createDefaultAccount(controlPlane, 'default');
    return account.status === 201 || account.status === 409;
  } catch {
    return false;
  }
}

function createDefaultAccount(controlPlane: ControlPlane, namespace: string): Promise<ApiResponse> {
  // Before 1.22 a mounted token is a Secret, which a controller would have to make.
  const mounts = atLeast(controlPlane.version, '1.22');
  return controlPlane.request(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
    method: 'POST',
    body: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
      ...(!mounts && { automountServiceAccountToken: false }),
    },
  });
}

function assemble(
  url: string,
  version: string,
  kubectl: string,
  authority: Authority,
  keeper: Keeper,
): ControlPlane {
  const clients = new Map<string, Promise<ApiClient>>();
  const clientFor = (user: User): Promise<ApiClient> =>
    remember(clients, user, async () =>
      createClient(url, authority.certificate, await authority.client(user)),
    );
  const kubeconfigs = new Map<string, Promise<string>>();
  const kubeconfigFor = (user: User = administrator): Promise<string> =>
    remember(kubeconfigs, user, async () => {
      const path = join(keeper.folder, `kubeconfig-${kubeconfigs.size}.json`);
      const text = JSON.stringify(kubeconfig(url, authority.certificate, user, await authority.client(user)));
      await writeFile(path, text, { mode: 0o600 });
      return path;
    });
  const controlPlane: ControlPlane = {
    url,
    version,
    folder: keeper.folder,
    authority: authority.certificate,
    get pids() {
      return [...keeper.pids.values()];
    },
    kubeconfigFor,
    kubectl: async (args, options = {}) =>
      runKubectl(kubectl, await kubeconfigFor(options.as), keeper.folder, args, options),
    request: async (path, { as = administrator, ...request } = {}) =>
      (await clientFor(as)).request(path, request),
    createNamespace: async (name, labels = {}) => {
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
      const namespace = await controlPlane.request('/api/v1/namespaces', { method: 'POST', body });
      const isThere = namespace.status === 201 || namespace.status === 409;
      const account = isThere ? await createDefaultAccount(controlPlane, name) : namespace;
      if (account.status !== 201 && account.status !== 409)
        throw new Error(`namespace \`${name}\`: ${JSON.stringify(account.body)}`);
    },
    auditEvents: async () => {
      const text = await readFile(join(keeper.folder, auditLog), 'utf8').catch(() => '');
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as AuditEvent]));
    },
    stop: async () => {
      for (const client of clients.values()) (await client).close();
      await keeper.end();
    },
  };
  return controlPlane;
}

function remember<T>(known: Map<string, Promise<T>>, user: User, make: () => Promise<T>): Promise<T> {
  const key = JSON.stringify([user.username, user.groups ?? []]);
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function kubeconfig(
  server: string,
  authority: string,
  user: User,
  credentials: { readonly certificate: string; readonly key: string },
): unknown {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [
      {
        name: user.username,
        user: {
          'client-certificate-data': base64(credentials.certificate),
          'client-key-data': base64(credentials.key),
        },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'test', user: user.username } }],
    'current-context': 'test',
  };
}
