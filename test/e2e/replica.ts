import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { startKeeper } from '../control-plane/index.ts';
import { type LogLine, repository } from './webhook.ts';

/** `abatis serve` as one of several, its certificate as the arguments have it; it may not be ready. */
export interface Replica {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly log: () => Promise<readonly LogLine[]>;
  /** By somebody who trusts anything. */
  readonly request: (path: string) => Promise<{ readonly status: number; readonly body: string }>;
  /** The sum of all series of a metric. */
  readonly count: (metric: string) => Promise<number>;
  /** SIGTERM; answers how it ended: `exit 0`. */
  readonly terminate: () => Promise<string>;
  /** SIGKILL: what it was about is not finished, and nobody is told. */
  readonly kill: () => Promise<void>;
  /** Kilobytes of memory that it occupies (`VmRSS`). */
  readonly residentMemory: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Waits until it listens. It ends with this process. */
export async function startReplica(
  args: readonly string[],
  /** Arguments of Node. */
  options: readonly string[] = [],
): Promise<Replica> {
  const keeper = await startKeeper();
  const main = join(repository, 'src/cli/main.ts');
  const fixed = ['serve', '--host', '127.0.0.1', '--port', '0', '--log-format', 'json', '--drain-delay', '0'];
  keeper.run({ name: 'replica', command: process.execPath, args: [...options, main, ...fixed, ...args] });
  async function log(): Promise<readonly LogLine[]> {
    const lines = await readFile(join(keeper.folder, 'replica.log'), 'utf8').catch(() => '');
    return lines
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
  }
  const url = await vi.waitUntil(async () => {
    const ending = keeper.endings.get('replica');
    if (ending !== undefined) throw new Error(`abatis serve ended: ${ending}\n${await keeper.logs()}`);
    return (await log()).find(({ address }) => address !== undefined)?.address;
  }, 60_000);
  async function ask(path: string): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      request(new URL(path, url), { rejectUnauthorized: false, agent: false })
        .on('response', async (answer) =>
          resolve({ status: answer.statusCode ?? 0, body: await text(answer) }),
        )
        .on('error', reject)
        .end();
    });
  }
  return {
    url,
    log,
    request: ask,
    async count(metric) {
      const { body } = await ask('/metrics');
      return body
        .split('\n')
        .filter((line) => line.startsWith(`${metric} `) || line.startsWith(`${metric}{`))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    async terminate() {
      const pid = keeper.pids.get('replica');
      if (pid !== undefined && !keeper.endings.has('replica')) process.kill(pid, 'SIGTERM');
      return vi.waitUntil(() => keeper.endings.get('replica'), 30_000);
    },
    async kill() {
      const pid = keeper.pids.get('replica');
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await vi.waitUntil(() => keeper.endings.get('replica'), 30_000);
    },
    async residentMemory() {
      const status = await readFile(`/proc/${keeper.pids.get('replica')}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    },
    stop: () => keeper.end(),
  };
}
