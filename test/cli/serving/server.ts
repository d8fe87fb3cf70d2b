import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Agent, request } from 'node:https';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const main = resolve(import.meta.dirname, '../../../src/cli/main.ts');

export interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly json: () => Record<string, unknown>;
}

/** `abatis serve` as a process of its own, on a free port; killed when the test is over. */
export async function serve(args: readonly string[], { ca }: { readonly ca?: () => string } = {}) {
  const options = ['serve', '--host', '127.0.0.1', '--port', '0', '--no-cluster', '--log-format', 'json'];
  const child = spawn(process.execPath, [main, ...options, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Line[] = [];
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  const address = await listening(child, lines);
  const trust = ca === undefined ? { rejectUnauthorized: false } : { ca: ca() };
  const ask = (path: string, body?: unknown, agent: Agent | false = false) =>
    send(`${address}${path}`, { ...trust, agent }, body);
  return {
    address,
    port: Number(new URL(address).port),
    pid: child.pid ?? 0,
    lines,
    stdout: () => stdout,
    ask,
    /** The state of one of the things that /readyz looks at. */
    async detail(name: string): Promise<string> {
      const checks = (await ask('/readyz')).json()['checks'] as { name: string; detail: string }[];
      return checks.find((check) => check.name === name)?.detail ?? '';
    },
    signal: (name: NodeJS.Signals) => child.kill(name),
    /** Settled with the exit code. */
    ended: child.exitCode === null ? once(child, 'exit').then(([code]) => code as number) : child.exitCode,
  };
}

function listening(child: ChildProcess, lines: Line[]): Promise<string> {
  return new Promise((found, reject) => {
    const strange: string[] = [];
    if (child.stderr === null) throw new Error('its standard error is not a pipe');
    createInterface(child.stderr).on('line', (text) => {
      if (!text.startsWith('{')) return void strange.push(text);
      const line: Line = JSON.parse(text);
      lines.push(line);
      if (typeof line['address'] === 'string') found(line['address']);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${strange.join('\n')}`)));
  });
}

function send(url: string, options: object, body: unknown): Promise<Answer> {
  return new Promise((found, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    request(url, { method, headers, ...options }, async (response) => {
      response.setEncoding('utf8');
      let text = '';
      for await (const chunk of response) text += chunk;
      found({ status: response.statusCode ?? 0, body: text, json: () => JSON.parse(text) });
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}
