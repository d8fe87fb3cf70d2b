import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import config from '../../rolldown.config.ts';
import * as library from '../../src/lock/index.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = resolve(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/.bin/tsc');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'abatis-lock-'));
const installed = join(folder, 'node_modules/abatis');
afterAll(() => rmSync(folder, { recursive: true }));

// What `npm run build` makes, as if it were installed, without the rest of the program.
beforeAll(async () => {
  if (Array.isArray(config)) throw new Error('there is one configuration');
  const { lock = '' } = config.input as Readonly<Record<string, string>>;
  const output = { ...config.output, dir: join(installed, 'dist') };
  await build({ ...config, cwd: root, input: { lock }, output, logLevel: 'silent' });
  execFileSync(tsc, ['--project', 'tsconfig.types.json', '--outDir', join(installed, 'dist/types')], {
    cwd: root,
  });
  const { name, type, exports } = manifest;
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ name, type, exports }));
});

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

test('is found as abatis/lock, with everything in it, and needs nothing else', () => {
  write('list.mjs', "console.log(Object.keys(await import('abatis/lock')).sort().join());\n");
  const listed = execFileSync(process.execPath, ['list.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(listed.trim()).toBe(Object.keys(library).sort().join());
});

test('has its types', () => {
  write(
    'typed.mts',
    [
      "import { kubernetesLease, type Lock, withLock } from 'abatis/lock';",
      "const store = kubernetesLease(async () => ({ status: 404, body: '' }), { namespace: 'a', name: 'b' });",
      'export const token: number = await withLock(store, (lock: Lock) => lock.token);',
      '// @ts-expect-error It is a number.',
      'export const wrong: string = await withLock(store, (lock) => lock.token);',
    ].join('\n'),
  );
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
  const lib = ['--lib', 'es2022,dom', '--types', ''];
  expect(() =>
    execFileSync(tsc, [...options, ...lib, 'typed.mts'], { cwd: folder, stdio: 'pipe' }),
  ).not.toThrow();
});
