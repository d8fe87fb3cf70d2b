import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { abatis, configMap, folder, pod, policy } from './process.ts';

describe('abatis check', () => {
  it('judges by the pack best-practices, and says so', () => {
    const cwd = folder({ 'debug.yaml': pod('debug', { privileged: true }) });
    const { code, stdout, stderr } = abatis(['check', 'debug.yaml'], { cwd });
    expect(code).toBe(1);
    const count = policiesOf('best-practices', readPacks()).length;
    expect(stderr).toBe(
      `judging by the pack \`best-practices\`, ${count} policies; \`--pack\` takes another one, \`--policies\` your own\n`,
    );
    expect(stdout).toBe(
      [
        'debug.yaml',
        '  Pod default/debug',
        '  deny  container `main` is privileged, which makes it root on its node',
        '        debug.yaml:10:21  spec.containers[0].securityContext.privileged',
        '        10 |         privileged: true',
        '           |                     ^^^^',
        '        help: remove `privileged`; what the container needs of it goes into `securityContext.capabilities.add`',
        '        no-privileged-containers/privileged (critical)',
        '',
        `1 object judged by ${count} policies, 0 clean; 1 denial`,
        '',
      ].join('\n'),
    );
  });

  it('says of a clean manifest that it is', () => {
    expect(abatis(['check', '-'], { input: pod('web') })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 object judged by \d+ policies; nothing found\n$/),
    });
  });

  it('gives every finding to programs, the same each time', () => {
    const cwd = folder({ 'p.yaml': policy('Deny'), 'm.yaml': `${configMap('a')}---\n${configMap('b')}` });
    const run = () => abatis(['check', 'm.yaml', '-p', 'p.yaml', '-o', 'json', '-n', 'shop'], { cwd });
    const { code, stdout, stderr } = run();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report.policies).toEqual(['no-bad']);
    expect(report.findings).toHaveLength(2);
    expect(report.findings[1]).toEqual({
      policy: 'no-bad',
      rule: 'bad',
      action: 'Deny',
      severity: 'low',
      message: '`b` is bad',
      help: 'remove `data.bad`',
      runbook: 'https://wiki.example/bad',
      assumed: false,
      existing: false,
      object: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'b' },
      path: 'data.bad',
      file: 'm.yaml',
      line: 11,
      column: 8,
      endLine: 11,
      endColumn: 13,
    });
    expect(run().stdout).toBe(stdout);
  });
});

describe('the exit code', () => {
  it.each([
    ['Deny', 'deny', 1],
    ['Warn', 'deny', 0],
    ['Audit', 'deny', 0],
    ['Deny', 'warn', 1],
    ['Warn', 'warn', 1],
    ['Audit', 'warn', 0],
    ['Audit', 'audit', 1],
    ['Deny', 'never', 0],
  ])('of a finding that is to %s, failing on %s, is %i', (enforcement, failOn, expected) => {
    const cwd = folder({ 'p.yaml': policy(enforcement) });
    const args = ['check', '-', '-p', 'p.yaml', '--fail-on', failOn];
    const { code, stdout } = abatis(args, { cwd, input: configMap('a') });
    expect(code).toBe(expected);
    expect(stdout).toContain('`a` is bad');
  });

  it('of something broken beats that of a finding', () => {
    const input = `${pod('debug', { privileged: true })}---\nkind: Pod\nmetadata: {name: a}\n`;
    const { code, stdout, stderr } = abatis(['check', '-'], { input });
    expect(code).toBe(2);
    expect(stdout).toContain('1 denial');
    expect(stderr).toContain('the manifest has no `apiVersion`');
  });

  it('of something broken is 2 even if nothing is to fail', () => {
    expect(abatis(['check', '-', '--fail-on', 'never'], { input: 'kind: Pod' }).code).toBe(2);
  });
});

describe('what is judged', () => {
  function judged(args: readonly string[], cwd: string) {
    const { stdout, stderr } = abatis(['check', '-o', 'json', '-p', 'p.yaml', ...args], { cwd });
    const { findings } = JSON.parse(stdout) as { findings: { file: string; object: { name: string } }[] };
    return { found: findings.map(({ file, object }) => `${file} ${object.name}`), stderr };
  }
  const files = {
    'p.yaml': policy('Warn'),
    'a/one.yaml': configMap('one'),
    'a/b/two.yml': configMap('two'),
    'a/b/three.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'three' },
      data: { bad: '' },
    }),
    'a/.hidden/four.yaml': configMap('four'),
    'a/.five.yaml': configMap('five'),
    'a/node_modules/x/six.yaml': configMap('six'),
    'a/seven.txt': configMap('seven'),
    'a/values.yaml': 'replicas: 2\n',
  };
  const all = ['a/b/three.json three', 'a/b/two.yml two', 'a/one.yaml one'];

  it.each([
    { what: 'a folder', args: ['a'], found: all },
    { what: 'a folder, however it is written', args: ['./a/b/..//'], found: all },
    { what: 'a file, whatever its name', args: ['a/seven.txt'], found: ['a/seven.txt seven'] },
    { what: 'a hidden file that is named', args: ['a/.five.yaml'], found: ['a/.five.yaml five'] },
    { what: 'a glob', args: ['a/**/*.y*ml'], found: all.slice(1) },
    {
      what: 'several, each once',
      args: ['a/one.yaml', 'a', 'a/*.yaml'],
      found: ['a/one.yaml one', ...all.slice(0, 2)],
    },
  ])('of $what', ({ args, found }) => {
    expect(judged(args, folder(files))).toEqual({ found, stderr: '' });
  });

  it('are the items of a List, at their places', () => {
    const list = ['apiVersion: v1', 'kind: List', 'items:', '- apiVersion: v1', '  kind: ConfigMap'];
    const items = [
      ...list,
      '  metadata: {name: a}',
      '  data: {bad: x}',
      '- kind: ConfigMap',
      '  apiVersion: v1',
    ];
    const cwd = folder({
      'p.yaml': policy('Warn'),
      'l.yaml': [...items, '  metadata: {name: b}', ''].join('\n'),
    });
    const { stdout } = abatis(['check', 'l.yaml', '-p', 'p.yaml', '-o', 'json'], { cwd });
    const { summary, findings } = JSON.parse(stdout);
    expect(summary).toMatchObject({ objects: 2, clean: 1, warn: 1 });
    expect(findings).toMatchObject([{ object: { name: 'a' }, path: 'data.bad', line: 7, column: 15 }]);
  });

  it('are not the policies beside the manifests', () => {
    const cwd = folder({ 'k8s/p.yaml': policy('Warn'), 'k8s/m.yaml': configMap('a') });
    const { code, stdout } = abatis(['check', 'k8s', '--policies', 'k8s/p.yaml'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('1 document of Abatis skipped');
  });

  it('are not values files in a folder, but a file that is named must be a manifest', () => {
    const cwd = folder(files);
    expect(abatis(['check', 'a', '-p', 'p.yaml'], { cwd })).toMatchObject({ code: 0 });
    const named = abatis(['check', 'a/values.yaml', '-p', 'p.yaml'], { cwd });
    expect(named.code).toBe(2);
    expect(named.stderr).toContain('the manifest has no `apiVersion`\n  at a/values.yaml:1:1\n');
  });

  it('has the namespaces among the manifests to select by', () => {
    const selecting = policy('Warn').replace(
      '  enforcement',
      '    namespaceSelector: {matchLabels: {tier: gold}}\n  enforcement',
    );
    const namespace = (tier: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {tier: ${tier}}}\n---\n`;
    const cwd = folder({ 'p.yaml': selecting });
    const found = (input: string) =>
      JSON.parse(abatis(['check', '-', '-p', 'p.yaml', '-o', 'json', '--allow-empty'], { cwd, input }).stdout)
        .findings;
    expect(found(namespace('gold') + configMap('a'))).toMatchObject([{ assumed: false }]);
    expect(found(namespace('tin') + configMap('a'))).toEqual([]);
    expect(found(configMap('a'))).toMatchObject([{ assumed: true }]);
  });
});

describe('packs', () => {
  it('are the policies of their names, beside those of files', () => {
    const cwd = folder({ 'p.yaml': policy('Deny') });
    const args = ['check', '-', '-o', 'json', '--allow-empty', '--pack', 'restricted', '-p', 'p.yaml'];
    const { stdout, stderr } = abatis(args, { cwd, input: pod('a') });
    expect(stderr).not.toContain('judging by');
    const { policies } = JSON.parse(stdout);
    expect(policies).toContain('no-bad');
    // Of baseline, which restricted includes.
    expect(policies).toContain('no-host-ports');
    expect(policies).toContain('run-as-non-root');
    expect(policies).not.toContain('resource-limits');
  });

  it('may bind their policies to deny', () => {
    const facts = JSON.stringify({
      image: { 'nginx:1.27.3': { complete: true, shells: [{ path: '/bin/sh' }] } },
    });
    const cwd = folder({ 'facts.json': facts, 'pod.yaml': pod('a') });
    const run = (...args: string[]) =>
      JSON.parse(
        abatis(['check', 'pod.yaml', '-o', 'json', '--facts', 'facts.json', ...args], { cwd }).stdout,
      );
    const shells = (report: { findings: { policy: string; action: string }[] }) =>
      report.findings.filter((finding) => finding.policy === 'no-shells').map(({ action }) => action);
    expect(shells(run('--pack', 'images'))).toEqual(['Warn']);
    expect(shells(run('--pack', 'images-strict'))).toEqual(['Deny']);
    // In the folder of the library lies what the pack adds, too.
    expect(shells(run('--policies', resolve(import.meta.dirname, '../../policies')))).toEqual(['Warn']);
  });

  it('are guessed at where there is none of the name', () => {
    const { code, stderr } = abatis(['check', '-', '--pack', 'basline']);
    expect(code).toBe(2);
    expect(stderr).toContain('`basline` is no value for `--pack <name>`\n  help: did you mean `baseline`?');
  });
});

describe('what policies look up', () => {
  const owned = `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: scaled}
spec:
  match: {kinds: [ConfigMap]}
  facts:
    - {name: web, lookup: {kind: apps/v1/Deployment, nameExpression: object.metadata.name}}
    - {name: home, lookup: {kind: v1/Namespace, nameExpression: object.metadata.namespace}}
  enforcement: Deny
  rules:
    - {name: replicas, expression: "facts.web != null && facts.web.spec.replicas == 1", message: "not one replica"}
    - {name: tier, expression: "facts.home.metadata.?labels.?tier.orValue('') == 'gold'", message: not golden}
`;
  const web = (namespace = '', spec = '{}') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web${namespace}}\nspec: ${spec}\n`;
  const shop = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {tier: gold}}\n';
  const unknown = (what: string) => `\`${what}\` is not known here`;
  const noWeb = unknown('apps/v1/Deployment shop/web');
  const noShop = unknown('v1/Namespace shop');

  it.each([
    ['is found in the same file', [`${configMap('web')}---\n${web()}---\n${shop}`], []],
    ['is found in others, as the API server will fill it in', [configMap('web'), web(), shop], []],
    ['is found with what it says', [configMap('web'), web('', '{replicas: 2}'), shop], ['not one replica']],
    ['is not known, and not taken for absent, where it is not there', [configMap('web')], [noWeb, noShop]],
    ['is not known in another namespace', [configMap('web'), web(', namespace: bank'), shop], [noWeb]],
  ])('%s', (_, texts, expected) => {
    const manifests = Object.fromEntries(texts.map((text, index) => [`m/${index}.yaml`, text]));
    const cwd = folder({ 'p.yaml': owned, ...manifests });
    const { stdout } = abatis(['check', 'm', '-p', 'p.yaml', '-n', 'shop', '-o', 'json'], { cwd });
    const { findings, errors } = JSON.parse(stdout);
    expect([...findings, ...errors].map(({ message }) => message)).toEqual(expected);
    expect(errors.every((error: { unknown: boolean }) => error.unknown)).toBe(true);
  });

  it('is absent where a file of facts says so', () => {
    const facts = '{lookup: {apps/v1/Deployment shop/web: null}}';
    const cwd = folder({ 'p.yaml': owned, 'm/c.yaml': configMap('web'), 'm/n.yaml': shop, 'f.yaml': facts });
    const args = ['check', 'm', '-p', 'p.yaml', '-n', 'shop', '--facts', 'f.yaml', '-o', 'json'];
    const { findings, errors } = JSON.parse(abatis(args, { cwd }).stdout);
    expect([...findings, ...errors].map(({ message }) => message)).toEqual(['not one replica']);
  });
});

describe('policies', () => {
  it('come from files and folders, fixtures and pages left out', () => {
    const cwd = folder({
      'lib/bad/policy.yaml': policy('Deny'),
      'lib/bad/README.md': '# bad',
      'lib/bad/test/deny.one.yaml': configMap('fixture'),
      'more.yaml': policy('Warn', 'more'),
    });
    const args = ['check', '-', '-o', 'json', '-p', 'lib', '-p', 'more.yaml'];
    const { code, stdout } = abatis(args, { cwd, input: configMap('a') });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).policies).toEqual(['more', 'no-bad']);
  });

  it('that are broken are all reported, with the place and a guess', () => {
    const cwd = folder({
      'lib/a.yaml': policy('Deny').replace('match:', 'mach:'),
      'lib/b.yaml': policy('Forbid', 'b'),
    });
    const { code, stdout, stderr } = abatis(['check', '-', '-p', 'lib'], { cwd, input: configMap('a') });
    expect(code).toBe(2);
    expect(stderr).toContain('`mach`');
    expect(stderr).toContain('lib/a.yaml:8:3');
    expect(stderr).toContain('did you mean `match`?');
    expect(stderr).toContain('lib/b.yaml:10:16');
    expect(stdout).not.toContain('nothing found');
  });

  it.each([
    ['there is none', {}, 'error[AB2005]: there is no policy in `lib`'],
    ['files hold none', { 'lib/p.yaml': '# to come\n' }, 'error[AB2005]: there is no policy in `lib`'],
    ['files hold manifests', { 'lib/p.yaml': configMap('a') }, 'error[AB2005]: there is no policy in `lib`'],
    ['there is no such folder', undefined, 'there is no file or folder: `lib`'],
  ])('are missed when %s', (_, files, message) => {
    const cwd = folder(files === undefined ? {} : { 'lib/README.md': '# empty', ...files });
    const { code, stderr } = abatis(['check', '-', '-p', 'lib'], { cwd, input: configMap('a') });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('nothing evaluated', () => {
  it.each([
    { what: 'an empty folder', files: { 'm/README.md': '' }, says: 'there is no manifest in `m`' },
    { what: 'empty documents', files: { 'm/a.yaml': '---\n---\n' }, says: 'there is no manifest in `m`' },
    {
      what: 'only policies and values',
      files: { 'm/a.yaml': policy('Deny'), 'm/v.yaml': 'a: 1' },
      says: 'every document in `m` was skipped (1 of Abatis itself, 1 without apiVersion and kind)',
    },
    {
      what: 'kinds that no policy is about',
      files: {
        'm/a.yaml': 'apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: a}\nhandler: a\n',
      },
      says: 'no policy applies to `RuntimeClass` here',
    },
  ])('of $what is an error, unless that is allowed', ({ files, says }) => {
    const cwd = folder(files);
    const loud = abatis(['check', 'm'], { cwd });
    expect(loud.code).toBe(2);
    expect(loud.stderr).toContain(`error[AB2006]: nothing was evaluated: ${says}`);
    const allowed = abatis(['check', 'm', '--allow-empty'], { cwd });
    expect(allowed.code).toBe(0);
    expect(allowed.stderr).toContain(`warning[AB2006]: nothing was evaluated: ${says}`);
  });

  it('of a glob that no file matches is an error, allowed or not', () => {
    const { code, stderr } = abatis(['check', '*.yaml', '--allow-empty'], { cwd: folder({}) });
    expect(code).toBe(2);
    expect(stderr).toContain('error[AB2001]: no file matches: `*.yaml`');
  });
});

describe('a link that leads to itself', () => {
  it.each(['loop.yaml', '.'])('is said to, where it is met by `%s`', (path) => {
    const cwd = folder({ 'p.yaml': policy('Deny') });
    symlinkSync('loop.yaml', join(cwd, 'loop.yaml'));
    const { code, stderr } = abatis(['check', path], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('error[AB2002]: cannot read `loop.yaml`: its links lead in a circle');
  });
});

describe('--quiet', () => {
  it('is silent about what is well', () => {
    expect(abatis(['check', '-', '-q'], { input: pod('web') })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('still prints what was found, and errors', () => {
    const input = `${pod('debug', { privileged: true })}---\nkind: Pod\n`;
    const { code, stdout, stderr } = abatis(['check', '-', '-q'], { input });
    expect(code).toBe(2);
    expect(stdout).toContain('is privileged');
    expect(stdout).not.toContain('judged by');
    expect(stderr).toContain('AB2102');
    expect(stderr).not.toContain('judging by');
  });
});

describe('--at and --kubernetes-version', () => {
  const ramp = policy('Warn').replace(
    'enforcement: Warn',
    'enforcement: [{action: Warn}, {action: Deny, from: 2027-03-01T00:00:00Z}]',
  );
  const files = { 'p.yaml': ramp, 'm.yaml': configMap('a') };

  it.each([
    ['2027-02-28', 0, 'warn'],
    ['2027-03-01', 1, 'deny'],
    ['2027-03-01T00:59:59+01:00', 0, 'warn'],
  ])('judges as on %s: exit code %i', (at, code, shown) => {
    const run = abatis(['check', '-p', 'p.yaml', '--at', at, 'm.yaml'], { cwd: folder(files) });
    expect(run.code).toBe(code);
    expect(run.stdout).toContain(`\n  ${shown}  `);
  });

  it('refuses a time that is none', () => {
    const run = abatis(['check', '-p', 'p.yaml', '--at', 'tomorrow', 'm.yaml'], { cwd: folder(files) });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('2027-03-01T00:00:00Z');
  });

  it('refuses expressions that the cluster would not understand, and says from when it does', () => {
    const semver = `apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: v}\nspec:\n  rules: [{name: r, expression: "isSemver('1.0.0')"}]\n`;
    const run = (version: string) =>
      abatis(['check', '-p', 'v.yaml', '--kubernetes-version', version, 'm.yaml'], {
        cwd: folder({ 'v.yaml': semver, 'm.yaml': configMap('a') }),
      });
    expect(run('1.34').code).toBe(0);
    expect(run('1.32')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/AB1305.*`isSemver`[\s\S]*1\.33/),
    });
  });
});
