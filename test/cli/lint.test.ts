import { symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { abatis, configMap, folder, policy } from './process.ts';

/** A policy of which something is to be said of each gravity that is asked for. */
function odd({ error = false, warning = false, note = false }): string {
  return `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata:
  name: odd
spec:
  match:
    kinds: [Service]
${warning ? '  variables:\n    - {name: idle, expression: "1"}\n' : ''}  rules:
    - name: labels
      expression: ${error ? 'object.spec.type ==' : 'object.spec.type == "ClusterIP"'}
      message: it has no labels
${note ? '' : '      help: label it\n'}`;
}

const lint = (cwd: string, ...args: readonly string[]) => abatis(['lint', ...args], { cwd });

describe('abatis lint', () => {
  it('says what is odd, where, and how to mend it', () => {
    const cwd = folder({ 'policies/odd.yaml': odd({ warning: true, note: true }) });
    const { code, stdout, stderr } = lint(cwd, '--no-tests', 'policies');
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: [
        'warning[AB1612]: nothing reads the variable `idle`',
        '  at policies/odd.yaml:9:14',
        '  9 |     - {name: idle, expression: "1"}',
        '    |              ^^^^',
        '  help: leave it out',
        'note[AB1616]: the rule `labels` does not say how to mend what it finds',
        '  at policies/odd.yaml:11:13',
        '  11 |     - name: labels',
        '     |             ^^^^^^',
        '  help: give it `help`',
        '',
      ].join('\n'),
      stderr: '1 policy: 1 warning, 1 note\n',
    });
  });

  it('gives the same to programs, the same each time', () => {
    const cwd = folder({ 'odd.yaml': odd({ warning: true }) });
    const run = () => lint(cwd, '--no-tests', '-o', 'json', 'odd.yaml');
    const { code, stdout, stderr } = run();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      summary: { policies: 1, errors: 0, warnings: 1, notes: 0 },
      diagnostics: [
        {
          code: 'AB1612',
          severity: 'warning',
          message: 'nothing reads the variable `idle`',
          help: 'leave it out',
          file: 'odd.yaml',
          line: 9,
          column: 14,
          endLine: 9,
          endColumn: 18,
        },
      ],
    });
    expect(run().stdout).toBe(stdout);
  });

  it('says that there is nothing to say', () => {
    const cwd = folder({ 'odd.yaml': odd({}) });
    expect(lint(cwd, '--no-tests')).toEqual({ code: 0, stdout: '', stderr: '1 policy: nothing to say\n' });
    const { stdout } = lint(cwd, '--no-tests', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ summary: { policies: 1 }, diagnostics: [] });
  });

  it('paints what it prints where it is asked to', () => {
    const cwd = folder({ 'odd.yaml': odd({ warning: true }) });
    const { stdout } = abatis(['lint', '--no-tests'], { cwd, env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[');
  });
});

describe('the exit code', () => {
  it.each([
    [{}, 'warning', 0],
    [{ note: true }, 'warning', 0],
    [{ note: true }, 'note', 1],
    [{ warning: true }, 'warning', 1],
    [{ warning: true }, 'note', 1],
    [{ warning: true }, 'error', 0],
    [{ warning: true }, 'never', 0],
    [{ error: true }, 'warning', 2],
    [{ error: true }, 'never', 2],
    [{ error: true, warning: true }, 'warning', 2],
  ])('of a policy %o, failing on %s, is %i', (what, failOn, expected) => {
    const cwd = folder({ 'odd.yaml': odd(what) });
    expect(lint(cwd, '--no-tests', '--fail-on', failOn, 'odd.yaml').code).toBe(expected);
  });

  it.each([
    ['a path that is not there', ['nowhere']],
    ['a folder without a policy', ['empty']],
    ['a file of something else', ['manifest.yaml']],
    ['an option that there is not', ['--nonsense']],
    ['a pack that there is not', ['--pack', 'nonsense']],
    ['a threshold that there is not', ['--fail-on', 'deny']],
    ['a day that there is not', ['--at', 'tomorrow', 'odd.yaml']],
    ['a version that there is not', ['--kubernetes-version', 'newest', 'odd.yaml']],
  ])('of %s is 2', (_, args) => {
    const cwd = folder({ 'odd.yaml': odd({}), 'empty/x.txt': '', 'manifest.yaml': configMap('a') });
    const { code, stdout, stderr } = lint(cwd, '--no-tests', ...args);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('error');
  });
});

describe('what is looked at', () => {
  const codes = (cwd: string, ...args: readonly string[]): readonly string[] => {
    const { diagnostics } = JSON.parse(lint(cwd, '-o', 'json', ...args).stdout);
    return diagnostics.map(({ code }: { code: string }) => code);
  };

  it('is the folder that it is called in, without the tests beside policies', () => {
    const cwd = folder({ 'a/b/odd.yaml': odd({ warning: true }), 'a/b/test/deny.x.yaml': configMap('x') });
    expect(codes(cwd, '--no-tests')).toEqual(['AB1612']);
  });

  it('is a pack, alone or beside files', () => {
    const cwd = folder({ 'odd.yaml': odd({ warning: true }) });
    const count = policiesOf('baseline', readPacks()).length;
    expect(lint(cwd, '--strict', '--pack', 'baseline')).toEqual({
      code: 0,
      stdout: '',
      stderr: `${count} policies: nothing to say\n`,
    });
    const { code, stderr } = lint(cwd, '--no-tests', '--pack', 'baseline', 'odd.yaml');
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${count + 1} policies: 1 warning\n` });
  });

  it('has the kinds that CustomResourceDefinitions define', () => {
    const widget = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
`;
    const cwd = folder({
      'p.yaml': odd({}).replace('[Service]', '[example.com/Widget]'),
      'crds/widget.yaml': widget,
    });
    expect(codes(cwd, '--no-tests', 'p.yaml')).toEqual(['AB1202']);
    expect(codes(cwd, '--no-tests', 'p.yaml', 'crds')).toEqual([]);
  });

  it('is what has ended by today, or by the day that is given', () => {
    const exception = (expires: string) =>
      `${odd({})}---\napiVersion: abatis.dev/v1alpha1\nkind: PolicyException\nmetadata: {name: e, namespace: shop}\nspec: {policies: [odd], reason: r, expires: ${expires}}\n`;
    const cwd = folder({
      'old.yaml': exception('2020-01-01T00:00:00Z'),
      'new.yaml': exception('2990-01-01T00:00:00Z'),
    });
    expect(codes(cwd, '--no-tests', 'old.yaml')).toEqual(['AB1623']);
    expect(codes(cwd, '--no-tests', '--at', '2019-12-31', 'old.yaml')).toEqual([]);
    expect(codes(cwd, '--no-tests', 'new.yaml')).toEqual([]);
    expect(codes(cwd, '--no-tests', '--at', '2990-01-02', 'new.yaml')).toEqual(['AB1623']);
  });

  it('is what a cluster of some version understands', () => {
    const source = 'expression: object.spec.type == "ClusterIP"';
    const newer = odd({}).replace(source, 'expression: semver(object.metadata.name).major() == 1');
    const cwd = folder({ 'p.yaml': newer });
    expect(codes(cwd, '--no-tests', 'p.yaml')).toEqual([]);
    expect(codes(cwd, '--no-tests', '--kubernetes-version', '1.28', 'p.yaml')).toContain('AB1305');
  });

  it('is more where more is asked for', () => {
    const cwd = folder({ 'p.yaml': policy('Warn') });
    expect(codes(cwd, '--no-tests', '--strict')).toEqual(['AB1618', 'AB1618', 'AB1618']);
    expect(codes(cwd, '--no-tests', '--portable')).toEqual(['AB1624', 'AB1624']);
    expect(lint(cwd, '--no-tests', '--portable').code).toBe(0);
  });
});

describe('tests beside policies', () => {
  const allow = `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n`;
  const found = allow.replace('spec: {', 'spec: {type: NodePort, ');
  const said = (files: Readonly<Record<string, string>>) => {
    const { code, stdout } = lint(folder(files), '-o', 'json');
    const { diagnostics } = JSON.parse(stdout);
    return {
      code,
      said: diagnostics.map((each: { code: string; message: string }) => `${each.code} ${each.message}`),
    };
  };

  it('are missed where there are none', () => {
    expect(said({ 'odd.yaml': odd({}) })).toEqual({ code: 1, said: ['AB2209 `odd` has no tests'] });
  });

  it.each([
    ['fails', { 'test/allow.a.yaml': allow }],
    ['passes', { 'test/audit.a.yaml': found }],
  ])('are missed where none %s a rule', (what, tests) => {
    expect(said({ 'odd.yaml': odd({}), ...tests })).toEqual({
      code: 1,
      said: [`AB1625 no test ${what} the rule \`labels\``],
    });
  });

  it('are enough where both are there', () => {
    const files = { 'odd.yaml': odd({}), 'test/allow.a.yaml': allow, 'test/audit.a.yaml': found };
    expect(said(files)).toEqual({ code: 0, said: [] });
  });

  it('are left alone beside a policy that is broken, for they say nothing then', () => {
    const { code, said: all } = said({ 'odd.yaml': odd({ error: true }) });
    expect(code).toBe(2);
    expect(all).toEqual([expect.stringMatching(/^AB1305 /)]);
  });
});

describe('documents that nobody should have to read', () => {
  it.each([
    ['binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), 'AB2004'],
    ['not UTF-8', new Uint8Array([0x6b, 0x69, 0x6e, 0x64, 0x3a, 0x20, 0xff, 0xfe]), 'AB2004'],
    ['not YAML', 'abatis.dev/: [', 'AB1001'],
    ['nested beyond measure', `abatis.dev/v1alpha1: ${'['.repeat(20_000)}`, 'AB1005'],
    ['aliases of aliases', aliases(), 'AB1006'],
    ['only comments', '# abatis.dev/v1alpha1\n', undefined],
  ])('are reported when %s, and the others looked at', (_, content, code) => {
    const cwd = folder({ 'a.yaml': content, 'odd.yaml': odd({ warning: true }) });
    const run = lint(cwd, '--no-tests');
    expect(run.code).toBe(code === undefined ? 1 : 2);
    expect(run.stdout).toContain('warning[AB1612]');
    if (code !== undefined) expect(run.stdout).toContain(`error[${code}]`);
    expect(run.stderr).not.toContain('    at ');
  });

  it('are refused when huge, without being read, and when they are links to nowhere', () => {
    const cwd = folder({ 'a.yaml': '', 'odd.yaml': odd({ warning: true }) });
    truncateSync(join(cwd, 'a.yaml'), 8 * 1024 ** 3);
    symlinkSync('nowhere', join(cwd, 'b.yaml'));
    const { code, stdout } = lint(cwd, '--no-tests');
    expect(code).toBe(2);
    expect(stdout).toContain('error[AB2003]');
    expect(stdout).toContain('there is nothing behind the link');
    expect(stdout).toContain('warning[AB1612]');
  });

  it('cannot write to the terminal what they like', () => {
    const name = 'a\\u001b[31mb';
    const cwd = folder({ 'odd.yaml': odd({ warning: true }).replace('name: idle', `name: "${name}"`) });
    const { code, stdout } = lint(cwd, '--no-tests');
    expect(code).toBe(2);
    expect(stdout).not.toContain('\u001b');
  });
});

/** A document that would be a billion values were its aliases followed. */
function aliases(): string {
  const lines = ['apiVersion: abatis.dev/v1alpha1', 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return `${lines.join('\n')}\n`;
}
