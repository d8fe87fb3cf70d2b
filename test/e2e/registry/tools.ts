import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { it } from 'vitest';

/** A test that proves something with other people's programs. Where the machine has them not it is skipped, and says so. */
export function itWith(programs: readonly string[], name: string, test: () => Promise<void>): void {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return void it(name, test);
  const label = `${name} (not run: no ${missing.join(', no ')})`;
  process.stderr.write(`*** NOT RUN: ${label}\n`);
  it.skip(label, test);
}

function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Runs a program to its end, and answers what it says. Throws, with its last words, where it fails. */
export function runTool(program: string, args: readonly string[]): string {
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

/** A folder for a test, which goes with it. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'abatis-registry-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
