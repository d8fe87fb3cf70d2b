/**
 * What kubectl would print: starts `abatis serve` as it is, over HTTPS with a certificate that it makes itself and
 * the stock policies, and sends it the manifests beside this file as the API server would. Needs no cluster.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import { kindTable } from '../src/kinds/index.ts';
import { type Manifest, readManifests } from '../src/manifest/index.ts';
import { readDocuments } from '../src/yaml/index.ts';

const webhookName = 'validate.abatis.dev';
const root = join(import.meta.dirname, '..');
// Who reads only the beginning (`| head`) has seen enough.
process.stdout.on('error', () => process.exit(0));

const isPlain = !process.stdout.isTTY || (process.env['NO_COLOR'] ?? '') !== '';

interface Server {
  readonly process: ChildProcess;
  readonly address: string;
  /** What it says of itself. */
  readonly greeting: string;
  readonly ca: string;
}

/** The part of an AdmissionReview's response that reaches the user. */
interface Response {
  readonly allowed: boolean;
  readonly warnings?: readonly string[];
  readonly status?: { readonly message: string; readonly reason: string };
}

function say(text: string, style?: 'bold' | 'dim'): void {
  process.stdout.write(`${style === undefined || isPlain ? text : styleText(style, text)}\n`);
}

async function startServer(folder: string): Promise<Server> {
  const options = [
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--cert-dir',
    folder,
    '--no-cluster',
    '--log-format',
    'json',
  ];
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'serve', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // However this ends, the server does not outlive it.
  process.once('exit', () => child.kill('SIGKILL'));
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    const { address, msg } = parse(line);
    if (typeof address === 'string') {
      // Nobody reads its log from here on, and it must not have to wait for that.
      child.stderr.resume();
      return {
        process: child,
        address,
        greeting: String(msg),
        ca: readFileSync(join(folder, 'ca.crt'), 'utf8'),
      };
    }
  }
  throw new Error(`abatis serve did not start:\n${said.join('\n')}`);
}

function parse(line: string): { readonly address?: unknown; readonly msg?: unknown } {
  return line.startsWith('{') ? JSON.parse(line) : {};
}

async function stopServer(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.kill('SIGTERM')) await ended;
}

/** What the API server sends when `kubectl create` asks for an object. */
function reviewOf({ input }: Manifest): object {
  const { kind, resource, name, namespace, operation, object, oldObject, dryRun } = input;
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: randomUUID(),
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name,
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: { username: 'jane', groups: ['developers', 'system:authenticated'] },
      object,
      oldObject,
      dryRun,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'kubectl-create' },
    },
  };
}

async function ask(server: Server, agent: Agent, review: object): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.address}/validate?timeout=10s`,
      { agent, ca: server.ca, method: 'POST', headers: { 'content-type': 'application/json' } },
      async (response) => {
        response.setEncoding('utf8');
        let text = '';
        for await (const chunk of response) text += chunk;
        if (response.statusCode === 200) resolve(JSON.parse(text).response);
        else reject(new Error(`${response.statusCode}: ${text}`));
      },
    );
    sent.on('error', reject).end(JSON.stringify(review));
  });
}

/** As kubectl words it: warnings, then what was done or why not. */
function printed(file: string, { input }: Manifest, { allowed, warnings = [], status }: Response): string[] {
  const { kind, name } = input;
  const what = [kind.kind.toLowerCase(), kind.group].filter((part) => part !== '').join('.');
  const denial = `Error from server (${status?.reason}): error when creating "${file}": admission webhook "${webhookName}" denied the request: ${status?.message}`;
  return [...warnings.map((warning) => `Warning: ${warning}`), allowed ? `${what}/${name} created` : denial];
}

/** The story first, from nothing to object to to everything, then whatever else is there. */
function manifestNames(): readonly string[] {
  const story = ['shop.yaml', 'web.yaml', 'nightly-report.yaml', 'debug-pod.yaml', 'node-exporter.yaml'];
  const there = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.yaml'));
  return [
    ...story.filter((name) => there.includes(name)),
    ...there.filter((name) => !story.includes(name)).sort(),
  ];
}

async function show(server: Server): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const kinds = kindTable();
  for (const name of manifestNames()) {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    const file = `examples/${name}`;
    const comment = /^# (.*)$/m.exec(text)?.[1];
    if (comment !== undefined) say(`\n# ${comment}`, 'dim');
    say(`$ kubectl create -f ${file}`, 'bold');
    const { manifests } = readManifests(readDocuments(file, text).documents, { kinds });
    for (const manifest of manifests) {
      for (const line of printed(file, manifest, await ask(server, agent, reviewOf(manifest)))) say(line);
    }
  }
  agent.destroy();
}

const folder = mkdtempSync(join(tmpdir(), 'abatis-demo-'));
let server: Server | undefined;
try {
  server = await startServer(folder);
  say(`abatis is ${server.greeting}.`);
  say('It is asked as the API server would ask it; what follows is what kubectl would print.');
  await show(server);
  say('\nThe same verdicts before anything is deployed, with file, line and column:', 'dim');
  say('$ node src/cli/main.ts check examples', 'bold');
} finally {
  if (server !== undefined) await stopServer(server.process);
  rmSync(folder, { recursive: true });
}
