import { chmodSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { abatis, configMap, folder, pod } from './process.ts';

describe('files that nobody should have to read', () => {
  it.each([
    ['binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3])],
    ['not UTF-8', new Uint8Array([0x6b, 0x69, 0x6e, 0x64, 0x3a, 0x20, 0xff, 0xfe])],
    ['UTF-16', Buffer.from('kind: Pod', 'utf16le')],
  ])('are refused when %s, and the others judged', (_, bytes) => {
    const cwd = folder({ 'm/a.yaml': bytes, 'm/b.yaml': pod('debug', { privileged: true }) });
    const { code, stdout, stderr } = abatis(['check', 'm'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('error[AB2004]: `m/a.yaml` is not a text file in UTF-8');
    expect(stdout).toContain('1 denial');
  });

  it('are refused when huge, without being read', () => {
    const cwd = folder({ 'm/a.yaml': '', 'm/b.yaml': pod('debug', { privileged: true }) });
    truncateSync(join(cwd, 'm/a.yaml'), 8 * 1024 ** 3);
    const { code, stdout, stderr } = abatis(['check', 'm'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('error[AB2003]: `m/a.yaml` is larger than 64 MiB');
    expect(stdout).toContain('1 denial');
  });

  it('are refused when they never end', () => {
    expect(abatis(['check', '/dev/zero'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('AB2003'),
    });
  });

  it('are refused when standard input is huge', () => {
    const { code, stderr } = abatis(['check', '-'], { input: Buffer.alloc(64 * 1024 * 1024 + 1, '#') });
    expect(code).toBe(2);
    expect(stderr).toContain('error[AB2003]: `-` is larger than 64 MiB');
  });

  it('are reported when they cannot be read', () => {
    const cwd = folder({ 'm/a.yaml': configMap('a'), 'm/b.yaml': pod('debug', { privileged: true }) });
    chmodSync(join(cwd, 'm/a.yaml'), 0);
    // No mode keeps the superuser out; the memory of a process at address 0 does.
    const unreadable = process.getuid?.() === 0 ? '/proc/self/mem' : 'm/a.yaml';
    const { code, stdout, stderr } = abatis(['check', unreadable, 'm/b.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`error[AB2002]: cannot read \`${unreadable}\`: `);
    expect(stdout).toContain('1 denial');
  });

  it('are reported when they are links to nowhere or in a circle', () => {
    const cwd = folder({ 'm/b.yaml': pod('web') });
    symlinkSync('nowhere', join(cwd, 'm/a.yaml'));
    symlinkSync('c.yaml', join(cwd, 'm/c.yaml'));
    const { code, stderr } = abatis(['check', 'm'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('there is nothing behind the link: `m/a.yaml`');
    expect(stderr).toContain('cannot read `m/c.yaml`: its links lead in a circle');
    expect(abatis(['check', 'm/c.yaml'], { cwd }).code).toBe(2);
  });

  it('are not looked for in circles of folders', () => {
    const cwd = folder({ 'm/b.yaml': pod('debug', { privileged: true }) });
    symlinkSync('..', join(cwd, 'm/loop'));
    symlinkSync('b.yaml', join(cwd, 'm/same.yaml'));
    const { code, stdout } = abatis(['check', 'm'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('1 object judged');
  });

  it('are found behind links, as in a mounted ConfigMap', () => {
    const cwd = folder({ 'm/..2026_01/a.yaml': pod('debug', { privileged: true }) });
    symlinkSync('..2026_01', join(cwd, 'm/..data'));
    symlinkSync('..data/a.yaml', join(cwd, 'm/a.yaml'));
    expect(abatis(['check', 'm'], { cwd }).stdout).toContain('m/a.yaml:10:21');
  });
});

describe('documents that nobody should have written', () => {
  it('do not keep those around them from being judged', () => {
    const input = `${pod('a', { privileged: true })}---\n{ not: [closed\n---\n${pod('b', { privileged: true })}`;
    const { code, stdout, stderr } = abatis(['check', '-'], { input });
    expect(code).toBe(2);
    expect(stdout).toContain('Pod default/a');
    expect(stdout).toContain('Pod default/b');
    expect(stderr).toMatch(/error\[AB1\d+\]/);
  });

  it('cannot write to the terminal', () => {
    const input = pod('"\\e[2Jdebug"', { privileged: true });
    const { stdout } = abatis(['check', '-'], { input });
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('\\u001b[2Jdebug');
  });

  it('cannot change what an object is', () => {
    const container = { name: 'x', image: 'nginx:1' };
    const judged = (more: object, hidden: string) => {
      const spec = { containers: [{ ...container, ...more }] };
      const plain = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });
      const { code, stdout } = abatis(['check', '-', '-o', 'json'], {
        input: plain.replace('"spec"', `${hidden}"spec"`),
      });
      return { code, summary: JSON.parse(stdout).summary };
    };
    const tricked = judged({ constructor: { prototype: { bad: true } } }, '"__proto__":{"polluted":true},');
    expect(tricked).toEqual(judged({}, ''));
    expect(tricked).toMatchObject({ code: 0, summary: { objects: 1, evaluated: 1, clean: 0, errors: 0 } });
  });

  it.each([
    ['nested too deep', `a: ${'['.repeat(20_000)}`],
    [
      'grown by aliases',
      `a0: &a0 [x, x]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}`,
    ],
  ])('are refused when %s', (_, input) => {
    const { code, stderr } = abatis(['check', '-'], { input });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error\[AB\d+\]/m);
    expect(stderr).not.toContain('bug');
  });

  it('are told a hundred times, and counted after that', () => {
    const input = `apiVersion: v1\nkind: List\nitems:\n${'- 1\n'.repeat(150_000)}`;
    const { code, stderr } = abatis(['check', '-'], { input });
    expect(code).toBe(2);
    expect(stderr).toContain('149900 more problems are not shown');
  });

  it('are all judged when there are ten thousand, each at its place', () => {
    const input = Array.from({ length: 10_000 }, (_, i) => pod(`p${i}`, { privileged: i % 2 === 0 })).join(
      '---\n',
    );
    const { code, stdout } = abatis(['check', '-', '-o', 'json'], { input });
    expect(code).toBe(1);
    const { summary, findings } = JSON.parse(stdout);
    expect(summary).toMatchObject({ objects: 10_000, deny: 5_000, clean: 5_000 });
    expect(findings.at(-1)).toMatchObject({ object: { name: 'p9998' }, line: 9998 * 13 + 10, column: 21 });
  });
});
