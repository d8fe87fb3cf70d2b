import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import config from '../../rolldown.config.ts';
import { isPassed, registerPolicyTests, testPolicies } from '../../src/testing/index.ts';
import { configMap, simple } from './folders.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
// Where the dependencies are found as if they were installed beside it.
const folder = mkdtempSync(join(root, 'node_modules/.abatis-testing-'));
const installed = join(folder, 'node_modules/abatis');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  if (Array.isArray(config)) throw new Error('there is one configuration');
  const { testing = '' } = config.input as Readonly<Record<string, string>>;
  const output = { ...config.output, dir: join(installed, 'dist') };
  await build({ ...config, cwd: root, input: { testing }, output, logLevel: 'silent' });
  run(join(root, 'node_modules/.bin/tsc'), [
    '--project',
    join(root, 'tsconfig.types.json'),
    '--outDir',
    join(installed, 'dist/types'),
  ]);
  const { name, type, exports } = manifest;
  write('node_modules/abatis/package.json', JSON.stringify({ name, type, exports }));
  write('lib/no-bad/policy.yaml', simple);
  write('lib/no-bad/test/warn.bad.yaml', configMap('bad: x'));
  write('lib/no-bad/test/deny.bad.yaml', configMap('bad: x'));
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function run(program: string, args: readonly string[]): { code: number | null; out: string } {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const done = spawnSync(program, args, { cwd: folder, encoding: 'utf8', env });
  return { code: done.status, out: done.stdout + done.stderr };
}

describe('abatis/testing', () => {
  it('registers each test with node:test', () => {
    write(
      'policies.test.mjs',
      [
        "import { describe, it } from 'node:test';",
        "import { registerPolicyTests } from 'abatis/testing';",
        "registerPolicyTests('lib', { describe, it });",
      ].join('\n'),
    );
    const { code, out } = run(process.execPath, ['--test', '--test-reporter=tap', 'policies.test.mjs']);
    expect(code).toBe(1);
    expect(out).toMatch(/^ +ok \d+ - warn\.bad$/m);
    expect(out).toMatch(/^ +not ok \d+ - deny\.bad$/m);
    expect(out).toContain('expected Deny, got Warn');
  });

  it('returns the same as values', () => {
    const found = testPolicies(join(folder, 'lib'));
    expect(isPassed(found)).toBe(false);
    expect(found.folders.flatMap(({ tests }) => tests.map(({ name, outcome }) => [name, outcome]))).toEqual([
      ['deny.bad', 'failed'],
      ['warn.bad', 'passed'],
    ]);
    expect(isPassed(testPolicies(join(folder, 'lib'), { filter: 'warn' }))).toBe(true);
    expect(isPassed(testPolicies(join(folder, 'lib'), { filter: 'nobody' }))).toBe(false);
  });

  it('has its types', () => {
    write(
      'typed.mts',
      [
        "import { isPassed, type TestRun, testPolicies } from 'abatis/testing';",
        "const run: TestRun = testPolicies(['policies'], { filter: 'x' });",
        'export const passed: boolean = isPassed(run);',
        '// @ts-expect-error It is a boolean.',
        'export const wrong: string = isPassed(run);',
      ].join('\n'),
    );
    const options = [
      '--ignoreConfig',
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'esnext',
      '--types',
      '',
    ];
    expect(run(join(root, 'node_modules/.bin/tsc'), [...options, 'typed.mts'])).toEqual({ code: 0, out: '' });
  });
});

// And with the runner that this is: everything in this project is tested by what it ships.
registerPolicyTests(join(root, 'policies/reliability/resource-limits'), { describe, it: test });
