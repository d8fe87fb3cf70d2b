import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { abatis, folder, pod } from './process.ts';

describe('abatis', () => {
  it('prints its version', () => {
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(abatis(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('lists its commands', () => {
    const { code, stdout, stderr } = abatis(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const words = stdout.replace(/\s+/g, ' ');
    for (const { name, summary } of commands) expect(words).toContain(` ${name} ${summary} `);
    expect(stdout).toContain('Exit codes: 0 clean, 1 findings, 2');
  });

  it('prints the help of a command, both ways', () => {
    const asked = abatis(['check', '--help']);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toContain('--fail-on');
    expect(abatis(['help', 'check'])).toEqual(asked);
  });

  it.each([
    { args: [], says: /^Usage: abatis/ },
    { args: ['chekc', '.'], says: /^error: unknown command `chekc`\n {2}help: did you mean `check`\?\n/ },
    { args: ['nonsense'], says: /^error: unknown command `nonsense`\n/ },
    { args: ['--polices', 'x'], says: /^error: unknown option `--polices`\n/ },
    {
      args: ['check', '--polices', 'x', '.'],
      says: /^error: unknown option `--polices`\n {2}help: did you mean `--policies`\?\n/,
    },
    { args: ['check'], says: /^error: missing required argument `paths`\n/ },
    {
      args: ['check', '-o', 'xml', '.'],
      says: /^error: `xml` is no value for `-o, --output <format>`\n {2}help: it takes one of pretty, json\n/,
    },
    {
      args: ['check', '--fail-on', 'info', '.'],
      says: /^error: `info` is no value for `--fail-on <action>`\n {2}help: it takes one of deny, warn/,
    },
    {
      args: ['check', '-n', 'No_Name', '.'],
      says: /`No_Name` is no value .*\n {2}help: a namespace is at most 63 lower-case letters/,
    },
    {
      args: ['explain', 'a.yaml', 'b.yaml'],
      says: /^error: too many arguments for `explain`; it takes 1, and was given: a\.yaml, b\.yaml\n/,
    },
  ])('of $args is a wrong use', ({ args, says }) => {
    const { code, stdout, stderr } = abatis(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });

  it.each([
    ['nothing is a terminal', {}, false],
    ['they are forced', { FORCE_COLOR: '1' }, true],
    ['they are forced and forbidden', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('has colours as it should when %s', (_, env, coloured) => {
    const { stdout } = abatis(['check', '-'], { input: pod('debug', { privileged: true }), env });
    expect(stdout.includes('\u001b[')).toBe(coloured);
    expect(stdout).toContain('privileged');
  });

  it('checks without loading what only a server needs', () => {
    const cwd = folder({
      'debug.yaml': pod('debug', { privileged: true }),
      'loaded.mjs': `
        import { registerHooks } from 'node:module';
        const loaded = [];
        registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
        process.on('exit', () => process.stderr.write('LOADED ' + JSON.stringify(loaded)));`,
    });
    const { code, stderr } = abatis(['check', 'debug.yaml'], { cwd, node: ['--import', './loaded.mjs'] });
    expect(code).toBe(1);
    const loaded: string[] = JSON.parse(stderr.slice(stderr.indexOf('LOADED ') + 7));
    expect(loaded.some((url) => url.endsWith('src/cli/check.ts'))).toBe(true);
    expect(loaded.some((url) => url.includes('/node_modules/ajv/'))).toBe(true);
    const servers = ['@kubernetes/client-node', 'fastify', 'prom-client', 'pino', '@peculiar/x509'];
    expect(loaded.filter((url) => servers.some((name) => url.includes(`/node_modules/${name}/`)))).toEqual(
      [],
    );
    expect(loaded.filter((url) => /^node:(https?|http2|net|tls|dns|dgram)\b/.test(url))).toEqual([]);
    expect(loaded.filter((url) => /src\/(webhook|cluster)\//.test(url))).toEqual([]);
  });
});
