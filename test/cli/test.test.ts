import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { abatis, configMap, folder, policy } from './process.ts';

const main = resolve(import.meta.dirname, '../../src/cli/main.ts');

/** A library of one policy whose tests pass. */
const library = {
  'lib/no-bad/policy.yaml': policy('Deny'),
  'lib/no-bad/test/deny.bad.yaml': configMap('bad'),
  'lib/no-bad/test/allow.good.yaml': configMap('good', 'good'),
};

describe('abatis test', () => {
  it('is quiet about what passes', () => {
    const { code, stdout, stderr } = abatis(['test'], { cwd: folder(library) });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout:
        'ok   lib/no-bad  2 tests\n\n2 tests of 1 policy, 2 passed; 1 of 1 rule both failed and passed by a test\n',
      stderr: '',
    });
  });

  it('tests a pack, alone or beside folders', () => {
    const cwd = folder(library);
    const alone = abatis(['test', '--pack', 'baseline', '--output', 'json'], { cwd });
    expect(alone.code).toBe(0);
    const tested = (stdout: string): string[] =>
      (JSON.parse(stdout) as { folders: { policies: string[] }[] }).folders.flatMap(
        ({ policies }) => policies,
      );
    expect(tested(alone.stdout)).toEqual(
      policiesOf('baseline', readPacks()).map((name) => name.slice(name.indexOf('/') + 1)),
    );
    const beside = abatis(['test', 'lib', '--pack', 'baseline', '--output', 'json'], { cwd });
    expect(tested(beside.stdout).sort()).toEqual([...tested(alone.stdout), 'no-bad'].sort());
    expect(abatis(['test', '--pack', 'nonsense'], { cwd }).code).toBe(2);
  });

  it('shows of what fails what was expected, what came and where', () => {
    const cwd = folder({ ...library, 'lib/no-bad/test/warn.bad.yaml': configMap('again') });
    const { code, stdout } = abatis(['test', 'lib'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toBe(`fail lib/no-bad  3 tests
     failed warn.bad
       at lib/no-bad/test/warn.bad.yaml:1
       expected Warn, got Deny
       found: Deny bad: \`again\` is bad (data.bad, lib/no-bad/test/warn.bad.yaml:5)

3 tests of 1 policy, 2 passed, 1 failed; 1 of 1 rule both failed and passed by a test
`);
  });

  it('names the rules that no test failed or passed, and fails for them where it is told to', () => {
    const cwd = folder(library);
    rmSync(join(cwd, 'lib/no-bad/test/deny.bad.yaml'));
    const { code, stdout } = abatis(['test'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('     note no test has failed the rule `bad`\n');
    expect(stdout).toContain('; 0 of 1 rule both failed and passed by a test\n');
    expect(abatis(['test', '--require-coverage'], { cwd }).code).toBe(1);
    expect(abatis(['test', '--require-coverage'], { cwd: folder(library) }).code).toBe(0);
  });

  it.each([
    ['an empty folder', {}, 'error[AB2005]: there is no policy in `.`'],
    ['a policy without tests', { 'p.yaml': policy('Deny') }, 'error[AB2208]: nothing was tested'],
  ])('fails for %s', (_, files, message) => {
    const { code, stdout, stderr } = abatis(['test'], { cwd: folder(files) });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toContain('nothing was tested');
  });

  it.each([
    ['a path that is not there', ['gone'], 'error[AB2001]: there is no file or folder: `gone`'],
    ['the folder of the tests', ['lib/no-bad/test'], 'help: name the folder of the policy'],
    ['a name that no test has', ['-t', 'nobody'], 'no test has `nobody` in its name'],
    ['a format that there is not', ['-o', 'tap'], '`tap` is no value for `-o, --output <format>`'],
  ])('fails for %s', (_, args, message) => {
    const { code, stderr } = abatis(['test', ...args], { cwd: folder(library) });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('has something broken beat something that failed', () => {
    const cwd = folder({
      ...library,
      'lib/no-bad/test/warn.bad.yaml': configMap('again'),
      'lib/other/policy.yaml': policy('Deny', 'other').replace('forbid', 'frobid'),
      'lib/other/test/deny.bad.yaml': configMap('bad'),
    });
    const { code, stdout, stderr } = abatis(['test'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toContain('2 passed, 1 failed');
    expect(stderr).toContain('error[AB1107]');
  });

  it('takes the tests whose names have a text in them', () => {
    const { code, stdout } = abatis(['test', '-t', 'GOOD'], { cwd: folder(library) });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'ok   lib/no-bad  1 test\n\n1 test of 1 policy, 1 passed\n',
    });
  });

  it('takes the file of a policy for its folder', () => {
    const { code, stdout } = abatis(['test', 'lib/no-bad/policy.yaml'], { cwd: folder(library) });
    expect(code).toBe(0);
    expect(stdout).toContain('2 passed');
  });
});

describe('the report', () => {
  const files = { ...library, 'lib/no-bad/test/warn.b<>&".yaml': configMap('again') };

  it('as JSON', () => {
    const { stdout } = abatis(['test', '-o', 'json'], { cwd: folder(files) });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      summary: { tests: 3, passed: 2, failed: 1, broken: 0 },
      folders: [
        {
          folder: 'lib/no-bad',
          policies: ['no-bad'],
          tests: [
            { name: 'allow.good', outcome: 'passed', problems: [], findings: [] },
            { name: 'deny.bad', outcome: 'passed', findings: [{ rule: 'bad', path: 'data.bad', line: 5 }] },
            { name: 'warn.b<>&"', outcome: 'failed', problems: ['expected Warn, got Deny'] },
          ],
          rules: [{ policy: 'no-bad', rule: 'bad', failedBy: 2, passedBy: 1 }],
        },
      ],
      diagnostics: [],
    });
  });

  it('as JUnit, whatever is in names', () => {
    const { stdout } = abatis(['test', '-o', 'junit'], { cwd: folder(files) });
    expect(stdout).toContain('<testsuite name="lib/no-bad" tests="3" failures="1" errors="0">');
    expect(stdout).toContain('name="warn.b&lt;&gt;&amp;&quot;"');
    expect(stdout).toContain('<failure message="expected Warn, got Deny">');
  });

  it('as JUnit, with what is wrong with no single test', () => {
    const cwd = folder({ ...library, 'lib/no-bad/test/dney.bad.yaml': configMap('bad') });
    const { code, stdout } = abatis(['test', '-o', 'junit'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toContain('<testsuite name="abatis" tests="1" failures="0" errors="1">');
    expect(stdout).toContain('AB2201');
  });
});

describe('watching', () => {
  it('tests again when a file changes, until it is told to stop', async () => {
    const cwd = folder(library);
    const child = spawn(process.execPath, [main, 'test', '--watch'], { cwd });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const watched = (times: number) =>
      vi.waitUntil(() => err.split('watching for changes').length > times, { timeout: 30_000, interval: 20 });
    await watched(1);
    expect(out).toContain('2 passed;');
    writeFileSync(join(cwd, 'lib/no-bad/policy.yaml'), policy('Warn'));
    await watched(2);
    expect(out).toContain('expected Deny, got Warn');
    writeFileSync(join(cwd, 'lib/no-bad/policy.yaml'), policy('Deny'));
    await watched(3);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
