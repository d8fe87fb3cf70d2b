import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const demo = join(import.meta.dirname, '../../examples/demo.ts');

/** The lines that are printed after a command, up to the next empty one. */
function after(command: string, text: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(command) + 1;
  return lines.slice(start, lines.indexOf('', start));
}

test('the demo prints what kubectl would print, without a cluster, and leaves no server behind', async () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });

  const shop = after('$ kubectl create -f examples/shop.yaml', stdout);
  expect(shop).toContain('deployment.apps/storefront created');
  expect(shop).toContain('namespace/shop created');
  expect(shop.filter((line) => !line.endsWith(' created'))).toEqual([]);

  const web = after('$ kubectl create -f examples/web.yaml', stdout);
  expect(web.at(-1)).toBe('deployment.apps/web created');
  expect(web.slice(0, -1)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Warning: no-latest-tag\/latest: image `nginx:latest`/)]),
  );

  const pod = after('$ kubectl create -f examples/debug-pod.yaml', stdout);
  expect(pod[0]).toBe(
    'Error from server (Forbidden): error when creating "examples/debug-pod.yaml": ' +
      'admission webhook "validate.abatis.dev" denied the request: 2 findings',
  );
  expect(pod.slice(1)).toEqual([
    expect.stringContaining('(spec.containers[0].securityContext.privileged)'),
    expect.stringContaining('(spec.hostPID)'),
  ]);

  const [, port] = /https:\/\/127\.0\.0\.1:(\d+)/.exec(stdout) ?? [];
  await expect(fetch(`https://127.0.0.1:${port}/healthz`)).rejects.toMatchObject({
    cause: { code: 'ECONNREFUSED' },
  });
}, 60_000);

test('read to its first line only, it ends quietly and leaves no server behind either', async () => {
  const child = spawn(process.execPath, [demo], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr = text(child.stderr);
  const [first] = await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  expect({ code, stderr: await stderr }).toEqual({ code: 0, stderr: '' });
  const address = /https:\/\/[\d.:]+/.exec(String(first))?.[0] ?? '';
  const refused = () => fetch(`${address}/healthz`).catch(({ cause }) => cause.code);
  await expect.poll(refused, { timeout: 10_000 }).toBe('ECONNREFUSED');
}, 60_000);
