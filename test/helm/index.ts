/** The real helm for the tests of the chart: where it comes from, how it runs. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe } from 'vitest';
import { findHelm } from './binary.ts';

export { findHelm, obtainHelm } from './binary.ts';

/** The folder of the chart. */
export const chart = resolve(import.meta.dirname, '../../charts/abatis');

/** Values of the chart, as in a file for `--values`. */
export type Values = Readonly<Record<string, unknown>>;

export interface HelmRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HelmOptions {
  /** Given with `--values`. */
  readonly values?: Values;
  /** The cluster; without it helm reaches none. */
  readonly kubeconfig?: string;
}

interface Prepared {
  readonly program: string;
  readonly args: readonly string[];
  readonly options: {
    readonly env: NodeJS.ProcessEnv;
    readonly encoding: 'utf8';
    readonly maxBuffer: number;
  };
  readonly clean: () => void;
}

/** A home of its own, with nothing of the person who runs the tests. */
function prepare(args: readonly string[], { values, kubeconfig }: HelmOptions): Prepared {
  const program = findHelm();
  if (program === undefined) throw new Error('helm has not been built');
  const home = mkdtempSync(join(tmpdir(), 'abatis-helm-'));
  const file = join(home, 'values.json');
  if (values !== undefined) writeFileSync(file, JSON.stringify(values));
  const env = { HOME: home, KUBECONFIG: kubeconfig ?? join(home, 'none'), PATH: process.env['PATH'] };
  return {
    program,
    args: values === undefined ? args : [...args, '--values', file],
    options: { env, encoding: 'utf8', maxBuffer: 1 << 26 },
    clean: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Runs helm to its end; a failure is a result. */
export function helm(args: readonly string[], given: HelmOptions = {}): HelmRun {
  const { program, args: all, options, clean } = prepare(args, given);
  try {
    const done = spawnSync(program, all, options);
    if (done.error !== undefined) throw done.error;
    return { code: done.status, stdout: done.stdout, stderr: done.stderr };
  } finally {
    clean();
  }
}

/** The same for tests whose process has to go on meanwhile. */
export async function helmBeside(args: readonly string[], given: HelmOptions = {}): Promise<HelmRun> {
  const { program, args: all, options, clean } = prepare(args, given);
  const child = spawn(program, all, { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  } finally {
    clean();
  }
}

/** A suite that runs helm. Where it has not been built, it is skipped and says so; required, it fails. */
export function describeWithHelm(name: string, define: () => void): void {
  if (findHelm() !== undefined || process.env['ABATIS_E2E'] === 'required') describe(name, define);
  else {
    const help = 'build it once (some minutes) with `npx node test/helm/build.ts`';
    process.stderr.write(`\n*** NOT RUN: ${name}\n*** helm has not been built yet\n*** ${help}\n\n`);
    describe.skip(`${name} (not run: no helm)`, define);
  }
}
