import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clusterClient, clusterLease } from '../../src/cluster/index.ts';
import { LockLost, withLock } from '../../src/lock/index.ts';
import { type ApiResponse, describeWithControlPlane } from '../control-plane/index.ts';
import { readPage } from '../docs/console.ts';
import { repository } from './webhook.ts';

const periods = { leaseDuration: 1_000, renewDeadline: 700, retryPeriod: 100 };
const rounds = 25;

/** A contender as a process of its own. */
interface Contender {
  readonly name: string;
  /** What it said so far. */
  readonly said: readonly string[];
  readonly signal: (name: NodeJS.Signals) => void;
}

/** A line of the shared file. */
interface Act {
  readonly name: string;
  readonly token: number;
  /** When it saw that it holds the lock. */
  readonly at: number;
}

describeWithControlPlane('a lock', {}, ({ controlPlane }) => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  const lease = (name: string): Promise<ApiResponse> => controlPlane().request(`${path}/${name}`);
  const children: ChildProcess[] = [];
  let file: string;
  let kubeconfig: string;
  beforeAll(async () => {
    file = join(controlPlane().folder, 'acts');
    const grant = ['--verb=get,create,patch', '--resource=leases.coordination.k8s.io'];
    await controlPlane().kubectl(['create', 'role', 'locker', ...grant]);
    await controlPlane().kubectl(['create', 'rolebinding', 'locker', '--role=locker', '--user=locker']);
    kubeconfig = await controlPlane().kubeconfigFor({ username: 'locker' });
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  async function store(name: string) {
    const client = await clusterClient(kubeconfig);
    if ('problem' in client) throw new Error(client.problem);
    return clusterLease(client, { namespace: 'default', name });
  }

  function contender(name: string): Contender {
    const { leaseDuration, renewDeadline, retryPeriod } = periods;
    const args = [name, file, kubeconfig, leaseDuration, renewDeadline, retryPeriod].map(String);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'lock-contender.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const said: string[] = [];
    createInterface(child.stdout).on('line', (line) => void said.push(line));
    return { name, said, signal: (signal) => void child.kill(signal) };
  }

  const acts = (): readonly Act[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [name = '', token, at] = line.split(' ');
        return { name, token: Number(token), at: Number(at) };
      });

  it('is held by one of two processes, while the one that holds it is stopped past its lease', async () => {
    const both = [contender('left'), contender('right')];
    const until = <T>(look: () => T): Promise<NonNullable<T>> => vi.waitUntil(look, 30_000) as never;
    const ends = ({ said }: Contender) => said.filter((line) => line.startsWith('led ')).length;
    let pauses = 0;
    for (let round = 0; round < rounds; round++) {
      const token = round === 0 ? -1 : (acts().at(-1)?.token ?? -1);
      const leader = await until(() => both.find(({ said }) => /^leads/.test(said.at(-1) ?? '')));
      // At another place of its work each time.
      await pause(20 + Math.random() * 150);
      const before = ends(leader);
      leader.signal('SIGSTOP');
      pauses++;
      await until(() => acts().some((act) => act.name !== leader.name && act.token > token));
      await pause(Math.random() * 100);
      leader.signal('SIGCONT');
      // It found out, and says so.
      await until(() => ends(leader) > before);
    }
    for (const { signal } of both) signal('SIGTERM');
    await until(() => both.every(({ said }) => said.at(-1) === 'gone'));

    const written = acts();
    const byTime = written.toSorted((a, b) => a.at - b.at);
    const overlaps = byTime.filter((act, index) => act.token < (byTime[index - 1]?.token ?? 0));
    // Between looking at the clock and writing it may have been stopped: what the fencing token is for.
    const stale = written.filter((act, index) => act.token < (written[index - 1]?.token ?? 0));
    const terms = new Map(written.map(({ token, name }) => [token, name]));
    const owners = new Set(written.map(({ token, name }) => `${token} ${name}`));
    const losses = both.flatMap(({ said }) => said.filter((line) => /^led \d+ /.test(line)));
    console.log(
      `${pauses} pauses, ${terms.size} terms, ${losses.length} losses noticed, ${written.length} acts, ` +
        `${overlaps.length} while another led, ${stale.length} written late`,
    );
    expect(overlaps).toEqual([]);
    expect(stale.length).toBeLessThanOrEqual(pauses);
    expect(owners.size).toBe(terms.size);
    expect(terms.size).toBeGreaterThan(rounds);
    expect(losses.length).toBeGreaterThanOrEqual(rounds - 1);
    expect((await lease('contended')).body).toMatchObject({
      spec: expect.not.objectContaining({ holderIdentity: expect.anything() }),
    });
  });

  it('is a Lease as others read it, with its own labels left alone', async () => {
    const held = await withLock(
      await store('plain'),
      async () => {
        await controlPlane().kubectl(['label', 'lease', 'plain', 'team=shop']);
        return (await lease('plain')).body;
      },
      { ...periods, identity: 'me' },
    );
    const again = await withLock(await store('plain'), ({ token }) => token, periods);
    expect(held).toMatchObject({
      metadata: { labels: { team: 'shop' } },
      spec: {
        holderIdentity: 'me',
        leaseDurationSeconds: 1,
        leaseTransitions: 0,
        acquireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      },
    });
    expect(again).toBe(1);
    expect((await lease('plain')).body).toMatchObject({ metadata: { labels: { team: 'shop' } } });
  });

  it('is taken by the example on its page, once more each time', async () => {
    const folder = join(controlPlane().folder, 'example');
    const installed = join(folder, 'node_modules/abatis');
    const page = readPage(readFileSync(join(repository, 'docs/lock.md'), 'utf8'));
    const example = page.files.find(({ path }) => path === 'migrate.mjs')?.content ?? '';
    await build({
      cwd: repository,
      input: 'src/lock/index.ts',
      output: { file: join(installed, 'lock.js') },
      logLevel: 'silent',
    });
    writeFileSync(
      join(installed, 'package.json'),
      '{"name": "abatis", "type": "module", "exports": {"./lock": "./lock.js"}}',
    );
    symlinkSync(join(repository, 'node_modules/@kubernetes'), join(folder, 'node_modules/@kubernetes'));
    writeFileSync(join(folder, 'migrate.mjs'), example);
    const run = async () =>
      (
        await promisify(execFile)(process.execPath, ['migrate.mjs'], {
          cwd: folder,
          env: { ...process.env, KUBECONFIG: kubeconfig },
        })
      ).stdout;
    expect(await run()).toBe('0: add the column\n0: fill it\n0: drop the old one\n');
    expect(await run()).toBe('1: add the column\n1: fill it\n1: drop the old one\n');
  });

  it('is lost when somebody deletes the Lease, and says so', async () => {
    const lost = withLock(
      await store('deleted'),
      async (lock) => {
        await controlPlane().kubectl(['delete', 'lease', 'deleted']);
        await new Promise((resolve) => lock.signal.addEventListener('abort', resolve));
      },
      periods,
    );
    await expect(lost).rejects.toBeInstanceOf(LockLost);
  });

  it('cannot be had without the right to, which is said', async () => {
    const client = await clusterClient(await controlPlane().kubeconfigFor({ username: 'nobody' }));
    if ('problem' in client) throw new Error(client.problem);
    const stop = new AbortController();
    const errors: unknown[] = [];
    const waiting = withLock(clusterLease(client, { namespace: 'default', name: 'x' }), () => 1, {
      ...periods,
      signal: stop.signal,
      onError(error) {
        errors.push(error);
        stop.abort('enough');
      },
    });
    await expect(waiting).rejects.toBe('enough');
    expect(String(errors[0])).toMatch(/the API server answers 403: .*cannot get resource "leases"/);
  });
});
