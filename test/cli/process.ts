import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished, vi } from 'vitest';

const main = resolve(import.meta.dirname, '../../src/cli/main.ts');

// A process takes a quarter of a second to start, and several times that on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node itself. */
  readonly node?: readonly string[];
}

/** Runs `abatis` as a process of its own, to its end. */
export function abatis(
  args: readonly string[],
  { cwd, input = '', env = {}, node = [] }: RunOptions = {},
): Run {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const done = spawnSync(process.execPath, [...node, main, ...args], {
    cwd,
    input,
    env: { ...inherited, ...env },
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (done.error !== undefined) throw done.error;
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** A folder with these files in it, by path, that is gone when the test is over. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'abatis-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** A pod, privileged or not, with everything else that the stock policies ask for. */
export function pod(name: string, { privileged = false } = {}): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: main
      image: nginx:1.27.3
      securityContext:
        privileged: ${privileged}
      resources:
        limits: {cpu: 100m, memory: 64Mi}
`;
}

/** A policy that finds every ConfigMap whose data has the key `bad`. */
export function policy(enforcement: string, name = 'no-bad'): string {
  return `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata:
  name: ${name}
spec:
  severity: low
  runbook: https://wiki.example/bad
  match:
    kinds: [ConfigMap]
  enforcement: ${enforcement}
  rules:
    - name: bad
      forbid: [data.bad]
      message: '\`{{ object.metadata.name }}\` is bad'
      help: remove \`data.bad\`
`;
}

export function configMap(name: string, key = 'bad'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  ${key}: value\n`;
}
