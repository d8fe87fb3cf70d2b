import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheEntry } from './binaries.ts';
import { kubernetesVersion } from './pinned.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'abatis-builder-'));
  mkdirSync(join(root, 'bin'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Puts a program of this name before all others on the PATH of the build. */
function fake(name: string, script: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
}

async function build(): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'build.ts')], {
    env: { ABATIS_CACHE: root, CALLS: join(root, 'calls'), PATH: `${root}/bin:/usr/bin:/bin` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code: code as number, stdout, stderr };
}

const entry = (): string => cacheEntry({ ABATIS_CACHE: root });
// go build … -o OUTPUT PACKAGE
const working = 'echo "$@" >> $CALLS; while [ $# -gt 2 ]; do shift; done; sleep 0.1; echo program > $1';

describe('the build of the control plane', () => {
  it('puts every program into the cache, stamped with the pinned version', async () => {
    fake('go', working);
    const { code, stdout } = await build();
    const calls = readFileSync(join(root, 'calls'), 'utf8');

    expect({ code, stdout }).toEqual({ code: 0, stdout: `${entry()}\n` });
    expect(readdirSync(entry()).sort()).toEqual(['built.json', 'etcd', 'kube-apiserver', 'kubectl']);
    expect(calls).toContain(`-X k8s.io/component-base/version.gitVersion=${kubernetesVersion} `);
  });

  it('happens once when two processes ask for it at the same time', async () => {
    fake('go', working);
    const both = await Promise.all([build(), build()]);
    const calls = readFileSync(join(root, 'calls'), 'utf8');

    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(calls.trim().split('\n')).toHaveLength(3);
  });

  it('is not repeated', async () => {
    fake('go', working);
    await build();
    fake('go', 'exit 1');

    expect(await build()).toMatchObject({ code: 0, stdout: `${entry()}\n`, stderr: '' });
  });

  it('says what failed and leaves nothing half done', async () => {
    fake('go', 'exit 3');
    fake('apt-get', 'exit 4');
    const { code, stderr } = await build();

    expect(code).toBe(1);
    expect(stderr).toContain('`go build` ended with 3');
    expect(existsSync(entry())).toBe(false);
    expect(readdirSync(join(root, 'control-plane'))).toEqual([]);
  });
});
