import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { User } from './certificates.ts';

export interface KubectlOptions {
  /** What kubectl reads where it is told `-f -`. */
  readonly stdin?: string;
  /** Whose client certificate it presents; the administrator's unless told. */
  readonly as?: User;
  /** Whom it acts for (`--as`, `--as-group`): any identity, a controller's too. */
  readonly impersonate?: User;
}

export interface KubectlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs kubectl itself and waits for its end; a failure is a result, not an exception.
 *
 * @param home a folder for kubectl's caches, so that nothing of the person who runs the tests is read.
 */
export async function runKubectl(
  kubectl: string,
  kubeconfig: string,
  home: string,
  args: readonly string[],
  options: KubectlOptions,
): Promise<KubectlResult> {
  const child = spawn(kubectl, [...impersonation(options.impersonate), ...args], {
    env: { HOME: home, KUBECONFIG: kubeconfig, PATH: process.env['PATH'] },
    stdio: 'pipe',
  });
  // A kubectl that ends before it has read everything closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

function impersonation(user: User | undefined): readonly string[] {
  if (user === undefined) return [];
  return [`--as=${user.username}`, ...(user.groups ?? []).map((group) => `--as-group=${group}`)];
}
