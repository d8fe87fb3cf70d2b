/**
 * Requests per second and tail latency of the webhook, against the least that one can be: see ../README.md.
 * Run: `npm run bench:webhook`, with `-- --quick` for a first impression.
 */
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import autocannon, { type Result } from 'autocannon';
import { review } from './review.ts';
import { cpuTime, type Server, startServer, stopServer } from './server.ts';

interface Round {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Microseconds of the server's CPU for each request. */
  readonly cpu: number | undefined;
  /** The share of a core that the server took: far from 1, something else was the bottleneck. */
  readonly busy: number | undefined;
}

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 7 : 25;
const seconds = 1;
/** Compilers take some ten thousand requests until they have seen what is worth their while. */
const warmUp = isQuick ? 4 : 10;
const connections = 20;
const others = 1000;

const root = join(import.meta.dirname, '../..');
const body = review();

/** Wording warnings and logging errors would be measured else. */
async function expectSilence({ name, address }: Server): Promise<void> {
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    request(`${address}/validate`, { method: 'POST', headers, rejectUnauthorized: false, agent: false })
      .on('response', (response) => resolve(text(response)))
      .on('error', reject)
      .end(body);
  });
  const { allowed, warnings } = JSON.parse(answer).response;
  if (!allowed || warnings !== undefined) throw new Error(`${name} minds the review: ${answer}`);
}

async function load(server: Server, duration: number): Promise<Round> {
  const times: number[] = [];
  const before = cpuTime(server);
  const result = await new Promise<Result>((resolve, reject) => {
    const options = {
      url: `${server.address}/validate?timeout=10s`,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      connections,
      duration,
    };
    autocannon(options, (error, done) => (error === null ? resolve(done) : reject(error))).on(
      'response',
      (_client, _status, _bytes, milliseconds: number) => times.push(milliseconds),
    );
  });
  if (result.non2xx + result.errors + result.timeouts > 0) {
    throw new Error(
      `${server.name}: ${result.non2xx} not 2xx, ${result.errors} errors, ${result.timeouts} timeouts`,
    );
  }
  const after = cpuTime(server);
  const spent = before === undefined || after === undefined ? undefined : after - before;
  times.sort((left, right) => left - right);
  return {
    perSecond: result['2xx'] / result.duration,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    cpu: spent === undefined ? undefined : spent / result['2xx'],
    busy: spent === undefined ? undefined : spent / (result.duration * 1e6),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The median of the ratios of each round, whose two halves ran one after the other on an equally busy machine. */
function ratio(
  ours: readonly Round[],
  bare: readonly Round[],
  of: (round: Round) => number | undefined,
): number {
  return median(
    ours.map((round, index) => (of(round) ?? Number.NaN) / (of(bare[index] ?? round) ?? Number.NaN)),
  );
}

function print(name: string, all: readonly Round[], bare: readonly Round[]): void {
  const value = (of: (round: Round) => number | undefined) =>
    median(all.map((round) => of(round) ?? Number.NaN));
  const cells = [
    name.padEnd(34),
    value((round) => round.perSecond)
      .toFixed(0)
      .padStart(8),
    ratio(all, bare, (round) => round.perSecond)
      .toFixed(2)
      .padStart(7),
    value((round) => round.p99)
      .toFixed(2)
      .padStart(9),
    ratio(all, bare, (round) => round.p99)
      .toFixed(2)
      .padStart(7),
    value((round) => round.cpu)
      .toFixed(1)
      .padStart(9),
    ratio(all, bare, (round) => round.cpu)
      .toFixed(2)
      .padStart(7),
    value((round) => round.busy)
      .toFixed(2)
      .padStart(7),
  ];
  process.stdout.write(`${cells.join('')}\n`);
}

function writeOthers(folder: string): string {
  const documents = Array.from(
    { length: others },
    (_, index) => `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: other-${index}}
spec:
  match: {kinds: [example.dev/Kind${index}]}
  enforcement: Deny
  rules: [{name: r, require: spec.field${index}}]
`,
  );
  const file = join(folder, 'others.yaml');
  writeFileSync(file, documents.join('---\n'));
  return file;
}

/** Not those that ask what nobody can tell here: what is in images, and how the Namespace is labelled. */
const unanswerable = /^policies\/(?:images\/|sidecars\/required-sidecars\/)/;
const stock = globSync('policies/*/*/policy.yaml', { cwd: root })
  .filter((path) => !unanswerable.test(path))
  .sort()
  .flatMap((path) => ['--policies', join(root, path)]);

const folder = mkdtempSync(join(tmpdir(), 'abatis-bench-'));
const servers: Server[] = [];
try {
  const serve = [
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
  const command = [join(root, 'src/cli/main.ts'), 'serve', ...serve];
  const main = [...command, ...stock];
  // The first one makes the certificate that all three show.
  servers.push(await startServer('abatis, best-practices', [...command, '--pack', 'best-practices']));
  servers.push(await startServer('abatis, all stock policies', main));
  servers.push(
    await startServer(`abatis, ${others} more policies`, [...main, '--policies', writeOthers(folder)]),
  );
  const pair = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  servers.unshift(await startServer('bare Fastify', [join(import.meta.dirname, 'bare.ts'), ...pair]));

  process.stdout.write(
    `a review of ${body.length} bytes, ${connections} connections, ${rounds} rounds of ${seconds} s\n`,
  );
  for (const server of servers) {
    await expectSilence(server);
    await load(server, warmUp);
  }
  const results = servers.map((): Round[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, server] of servers.entries()) results[index]?.push(await load(server, seconds));
  }
  process.stdout.write(`${''.padEnd(34)}   req/s  ratio  p99 (ms)  ratio  CPU (µs)  ratio   busy\n`);
  for (const [index, server] of servers.entries()) print(server.name, results[index] ?? [], results[0] ?? []);
} finally {
  for (const server of servers) await stopServer(server);
  rmSync(folder, { recursive: true });
}
