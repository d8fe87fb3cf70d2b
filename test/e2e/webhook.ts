import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import {
  type ApiClient,
  type ControlPlane,
  createClient,
  type Keeper,
  startKeeper,
} from '../control-plane/index.ts';

export const repository = join(import.meta.dirname, '../..');

/** A line of the server's log. */
export interface LogLine {
  readonly msg: string;
  readonly address?: string;
  readonly [field: string]: unknown;
}

/** `abatis serve`, as a user would start it. */
export interface Webhook extends Pick<ApiClient, 'request'> {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** The certificate that signed the server's own, PEM. */
  readonly authority: string;
  readonly log: () => Promise<readonly LogLine[]>;
  /** The sum of a counter's series whose labels are these, from /metrics. */
  readonly count: (metric: string, labels?: Readonly<Record<string, string>>) => Promise<number>;
  /** Asks the server to stop (SIGTERM), and answers how it did: `exit 0`. */
  readonly stop: () => Promise<string>;
}

export interface WebhookOptions {
  /** Files and folders of policies; a few of the stock ones unless told. */
  readonly policies?: readonly string[];
  /** Of the cluster whose namespaces it watches. */
  readonly kubeconfig?: string;
  /** More arguments. */
  readonly args?: readonly string[];
}

const program = 'abatis';

/** Some that deny and some that warn, which the manifests beside this know. */
const aFew = [
  'pod-security/no-privileged-containers',
  'pod-security/no-host-namespaces',
  'reliability/resource-limits',
  'supply-chain/no-latest-tag',
  'supply-chain/allowed-registries',
  'governance/required-labels',
].map((name) => join(repository, 'policies', name));

const categories = readdirSync(join(repository, 'policies'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/**
 * Every stock policy that judges. What those that amend fill in, others would no longer find missing; and what is in images
 * nobody inspects here.
 */
export const allPolicies = categories
  .filter((category) => category !== 'mutations' && category !== 'images')
  .map((category) => join(repository, 'policies', category));

/**
 * Runs `abatis serve` on a free port of 127.0.0.1 and waits until it is ready. It ends with this process,
 * however that ends.
 */
export async function startWebhook(options: WebhookOptions = {}): Promise<Webhook> {
  const { policies = aFew, kubeconfig, args: more = [] } = options;
  const keeper = await startKeeper();
  const args = [
    ...['serve', '--host', '127.0.0.1', '--port', '0', '--cert-dir', keeper.folder, '--log-format', 'json'],
    ...(kubeconfig === undefined ? ['--no-cluster'] : ['--kubeconfig', kubeconfig]),
    ...policies.flatMap((path) => ['--policies', path]),
    ...more,
  ];
  const main = join(repository, 'src/cli/main.ts');
  keeper.run({ name: program, command: process.execPath, args: [main, ...args] });
  const log = () => readLog(keeper);
  try {
    const url = await listening(keeper, log);
    const authority = await readFile(join(keeper.folder, 'ca.crt'), 'utf8');
    const client = createClient(url, authority);
    await vi.waitUntil(async () => (await client.request('/readyz')).status === 200, 30_000);
    return {
      url,
      authority,
      log,
      request: client.request,
      count: async (metric, labels = {}) =>
        sum(String((await client.request('/metrics')).body), metric, labels),
      stop: async () => {
        client.close();
        const pid = keeper.pids.get(program);
        if (pid !== undefined && !keeper.endings.has(program)) process.kill(pid, 'SIGTERM');
        const ending = await vi.waitUntil(() => keeper.endings.get(program), 30_000);
        await keeper.end();
        return ending;
      },
    };
  } catch (error) {
    await keeper.end();
    throw error;
  }
}

/** Waits for the line that names the address. */
function listening(keeper: Keeper, log: () => Promise<readonly LogLine[]>): Promise<string> {
  return vi.waitUntil(async () => {
    const ending = keeper.endings.get(program);
    if (ending !== undefined) throw new Error(`abatis serve ended: ${ending}\n${await keeper.logs()}`);
    return (await log()).find(({ address }) => address !== undefined)?.address;
  }, 30_000);
}

/** The log so far. Its last line may be half written, and what is no JSON is no line of it. */
async function readLog(keeper: Keeper): Promise<readonly LogLine[]> {
  const text = await readFile(join(keeper.folder, `${program}.log`), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
}

/** Adds up the samples of a metric in Prometheus' text format. */
function sum(text: string, metric: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return text
    .split('\n')
    .filter(
      (line) => new RegExp(`^${metric}[ {]`).test(line) && wanted.every((label) => line.includes(label)),
    )
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

export interface Registration {
  readonly name: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** Of the core group or others, with subresources; everything unless told. */
  readonly resources?: readonly string[];
  readonly operations?: readonly string[];
  /** A mutating webhook, which is asked once more when a later one has changed the object. */
  readonly mutating?: boolean;
}

const everything = ['*/*'];
const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'abatis-probe' } };

/**
 * Registers a webhook at the API server, and waits until it is asked: the API server learns of its own
 * configuration by a watch. `count` tells how often the webhook was asked so far; `resources` must take
 * in ConfigMaps, one of which is created for trial.
 */
export async function register(
  controlPlane: ControlPlane,
  target: { readonly url: string; readonly authority: string },
  registration: Registration,
  count: () => number | Promise<number>,
): Promise<void> {
  const { name, failurePolicy, resources = everything } = registration;
  const { operations = ['CREATE', 'UPDATE', 'DELETE'], mutating = false } = registration;
  const kind = mutating ? 'MutatingWebhookConfiguration' : 'ValidatingWebhookConfiguration';
  const { status, body } = await controlPlane.request(
    `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s`,
    {
      method: 'POST',
      body: {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind,
        metadata: { name },
        webhooks: [
          {
            name: `${name}.abatis.dev`,
            clientConfig: {
              url: `${target.url}/${mutating ? 'mutate' : 'validate'}`,
              caBundle: Buffer.from(target.authority).toString('base64'),
            },
            rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources, operations }],
            failurePolicy,
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            timeoutSeconds: 10,
            ...(mutating && { reinvocationPolicy: 'IfNeeded' }),
          },
        ],
      },
    },
  );
  if (status !== 201) throw new Error(`the webhook is not registered: ${JSON.stringify(body)}`);
  const before = await count();
  await vi.waitUntil(async () => {
    await controlPlane.request('/api/v1/namespaces/default/configmaps?dryRun=All', {
      method: 'POST',
      body: probe,
    });
    return (await count()) > before;
  }, 30_000);
}
