import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Server {
  readonly name: string;
  readonly address: string;
  readonly process: ChildProcess;
}

/** Starts a server that says in a line of JSON on standard error where it listens. */
export async function startServer(name: string, args: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    const { address } = line.startsWith('{') ? JSON.parse(line) : {};
    if (typeof address !== 'string') continue;
    child.stderr.resume();
    return { name, address: address.replace('localhost', '127.0.0.1'), process: child };
  }
  throw new Error(`${name} did not start:\n${said.join('\n')}`);
}

export async function stopServer({ process: child }: Server): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.kill('SIGTERM')) await ended;
}

/** CPU time of a process in microseconds, to a hundredth of a second; undefined where there is no /proc. */
export function cpuTime({ process: { pid } }: Server): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return undefined;
  }
}
