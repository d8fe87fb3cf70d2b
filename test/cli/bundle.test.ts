import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import config from '../../rolldown.config.ts';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { folder, pod } from './process.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = resolve(import.meta.dirname, '../..');
// Where the dependencies are found as if they were installed beside it.
const installed = mkdtempSync(join(root, 'node_modules/.abatis-bundle-'));
afterAll(() => rmSync(installed, { recursive: true }));

// What `npm pack` takes along of what the program reads.
beforeAll(async () => {
  if (Array.isArray(config)) throw new Error('there is one configuration');
  const { abatis = '' } = config.input as Readonly<Record<string, string>>;
  const output = { ...config.output, dir: join(installed, 'dist') };
  await build({ ...config, cwd: root, input: { abatis }, output, logLevel: 'silent' });
  mkdirSync(join(installed, 'policies'), { recursive: true });
  cpSync(join(root, 'policies'), join(installed, 'policies'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(installed, 'package.json'));
});

function run(args: readonly string[], cwd: string, input = '') {
  const main = join(installed, 'dist/abatis.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    input,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

describe('the program as it is published', () => {
  it.each(readPacks().packs.filter(({ name }) => policiesOf(name, readPacks()).length > 0))(
    'has the policies of the pack $name',
    ({ name }) => {
      const args = ['check', '-', '--pack', name, '-o', 'json', '--allow-empty'];
      const { stdout } = run(args, folder({}), pod('a'));
      const expected = policiesOf(name, readPacks()).map((each) => each.split('/')[1]);
      expect(JSON.parse(stdout).policies).toEqual(expected.sort());
    },
  );

  it('writes a policy and tests it', () => {
    const cwd = folder({});
    expect(run(['new', 'mine', '--target', 'pod'], cwd)).toMatchObject({ code: 0 });
    expect(run(['test'], cwd)).toMatchObject({ code: 0, stdout: expect.stringContaining('4 passed') });
  });
});
