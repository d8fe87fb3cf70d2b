import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/new.ts';
import { abatis, folder } from './process.ts';

const written = [
  'README.md',
  'policy.yaml',
  'test/allow.first.yaml',
  'test/tests.yaml',
  'test/warn.first.yaml',
];
const filesOf = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();

/** Answers questions as somebody at a terminal would, one after the other. */
async function answering(cwd: string, answers: readonly string[], args: readonly string[] = []) {
  const questions: string[] = [];
  let code: number | undefined;
  let err = '';
  const terminal = {
    out: () => {},
    err: (text: string) => {
      err += text;
    },
    input: async () => undefined,
    colour: { out: false, err: false },
    ask: async (question: string) => {
      questions.push(question);
      return answers[questions.length - 1] ?? '';
    },
  };
  const program = new Command('new').exitOverride();
  command.define(program, terminal, (ended) => {
    code = ended;
  });
  await program.parseAsync([...args, '--dir', cwd], { from: 'user' });
  return { code, questions: questions.length, err };
}

describe('abatis new', () => {
  const subjects = [
    ['--kind', 'Deployment'],
    ['--kind', 'networking.k8s.io/v1/Ingress'],
    ['--kind', 'Namespace'],
    ['--target', 'pod'],
  ];
  it('writes, of every check and about anything, what passes its own tests and is judged by at once', () => {
    const cwd = folder({});
    for (const [index, subject] of subjects.entries()) {
      const check = ['require', 'forbid', 'schema', 'expression'][index] ?? '';
      const made = abatis(['new', `p-${index}`, ...subject, '--check', check], { cwd });
      expect(made).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(join(`p-${index}`, 'policy.yaml')),
      });
      expect(filesOf(join(cwd, `p-${index}`))).toEqual(written);
    }
    const tested = abatis(['test', '--require-coverage'], { cwd });
    expect(tested).toMatchObject({ code: 0, stderr: '' });
    expect(tested.stdout).toContain('16 tests of 4 policies, 16 passed; 4 of 4 rules');
    const checked = abatis(
      [
        'check',
        '--policies',
        'p-0',
        '--fail-on',
        'warn',
        'p-0/test/warn.first.yaml',
        'p-0/test/allow.first.yaml',
      ],
      { cwd },
    );
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining('1 clean; 1 warning') });
  });

  it.each([
    ['of an object', ['--kind', 'CronJob', '--field', 'spec.timeZone']],
    ['of any object', ['--kind', 'Namespace']],
    ['of the containers of pods', ['--target', 'pod']],
  ])('writes a mutation %s, with what comes of it', (_what, subject) => {
    const cwd = folder({});
    expect(abatis(['new', 'p', ...subject, '--check', 'set'], { cwd }).code).toBe(0);
    expect(filesOf(join(cwd, 'p'))).toEqual([
      'README.md',
      'policy.yaml',
      'test/allow.first.yaml',
      'test/mutate.first.expected.yaml',
      'test/mutate.first.yaml',
      'test/tests.yaml',
    ]);
    const tested = abatis(['test', '--require-coverage'], { cwd });
    expect(tested).toMatchObject({ code: 0, stderr: '' });
    expect(tested.stdout).toContain(
      '4 tests of 1 policy, 4 passed; 1 of 1 mutation both made and left undone',
    );
    const checked = abatis(['check', '--policies', 'p', 'p/test/mutate.first.yaml'], { cwd });
    expect(checked.stdout).toContain('amend p/default');
  });

  it('takes a field, and makes an example of what can be in it', () => {
    const cwd = folder({});
    abatis(['new', 'p', '--kind', 'CronJob', '--field', 'spec.timeZone', '--category', 'c', '-d', 'lib'], {
      cwd,
    });
    expect(readFileSync(join(cwd, 'lib/c/p/test/allow.first.yaml'), 'utf8')).toContain('timeZone: example');
    expect(abatis(['test'], { cwd }).code).toBe(0);
  });

  it('knows of custom kinds what it is told', () => {
    const cwd = folder({});
    expect(
      abatis(['new', 'p', '--kind', 'example.com/v1/Widget', '--field', 'spec.size'], { cwd }).code,
    ).toBe(0);
    expect(readFileSync(join(cwd, 'p/test/allow.first.yaml'), 'utf8')).toContain(
      'apiVersion: example.com/v1\n',
    );
    expect(abatis(['test'], { cwd }).code).toBe(0);
  });

  it('overwrites nothing', () => {
    const cwd = folder({ 'p/policy.yaml': 'mine' });
    const { code, stderr } = abatis(['new', 'p', '--kind', 'Pod'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('error: `p` is there already');
    expect(filesOf(join(cwd, 'p'))).toEqual(['policy.yaml']);
  });

  it.each([
    [[], 'the policy needs a name'],
    [['p'], 'a policy is about something'],
    [['P'], 'error: `P` is no `name`\n  help: a name is at most 63 lower-case letters'],
    [['../p', '--kind', 'Pod'], 'a name is at most 63 lower-case letters'],
    [['p', '--kind', 'Deploymnet'], 'did you mean `Deployment`?'],
    [['p', '--kind', 'apps/*'], '`apps/*` is not one kind'],
    [['p', '--kind', 'Pod', '--target', 'pod'], 'are two things'],
    [['p', '--kind', 'Pod', '--check', 'demand'], '`demand` is no value for'],
    [['p', '--kind', 'Deployment', '--field', 'spec.replcas'], 'did you mean `replicas`?'],
    [
      ['p', '--kind', 'Deployment', '--check', 'set', '--field', 'spec.replicas'],
      'such a policy would not do what it is for',
    ],
    [['p', '--kind', 'Deployment', '--field', 'spec.replicas'], 'such a policy would not do what it is for'],
    [['p', '--kind', 'Pod', '--field', 'spec.containers[0].image'], 'leads through a list'],
    [
      ['p', '--kind', 'Pod', '--check', 'schema', '--field', 'spec'],
      '`--field` is of `require`, `forbid` and `set`',
    ],
  ])('%j is refused: %s', (args, message) => {
    const cwd = folder({});
    const { code, stderr } = abatis(['new', ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('on a terminal', () => {
  it('what was not said is asked for', async () => {
    const cwd = folder({});
    expect(await answering(cwd, ['mine', 'pod', 'forbid'])).toMatchObject({ code: 0, questions: 3 });
    expect(readFileSync(join(cwd, 'mine/policy.yaml'), 'utf8')).toContain('forbid:');
  });

  it('and nothing else', async () => {
    const cwd = folder({});
    expect(await answering(cwd, [], ['mine', '--kind', 'Pod'])).toMatchObject({ code: 0, questions: 0 });
    expect(existsSync(join(cwd, 'mine/policy.yaml'))).toBe(true);
  });

  it('an answer that is none is refused', async () => {
    const cwd = folder({});
    expect(await answering(cwd, ['My Policy'])).toMatchObject({ code: 2, questions: 1 });
    expect(await answering(cwd, ['mine', 'pod', 'demand'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('`demand` is not a check'),
    });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
