import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { abatis, folder } from './process.ts';
import { serve } from './serving/server.ts';

const day = 24 * 60 * 60 * 1000;
const read = (path: string, file: string) => readFileSync(join(path, file), 'utf8');
const certificate = (path: string, file: string) => new X509Certificate(read(path, file));

describe('abatis certs', () => {
  it('makes an authority and a certificate that who trusts it accepts, and says what to do with them', async () => {
    const cwd = folder({});
    const { code, stdout, stderr } = abatis(['certs'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('abatis serve --cert certs/tls.crt --key certs/tls.key\n');
    const path = join(cwd, 'certs');
    const server = await serve(['--cert', join(path, 'tls.crt'), '--key', join(path, 'tls.key')], {
      ca: () => read(path, 'ca.crt'),
    });
    expect((await server.ask('/healthz')).status).toBe(200);
  });

  it('leaves keys to their owner, and git without them', () => {
    const cwd = folder({});
    abatis(['certs'], { cwd });
    const path = join(cwd, 'certs');
    expect(readdirSync(path).sort()).toEqual(['.gitignore', 'ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    for (const key of ['ca.key', 'tls.key']) expect(statSync(join(path, key)).mode & 0o777).toBe(0o600);
    execFileSync('git', ['init', '--quiet'], { cwd });
    expect(execFileSync('git', ['status', '--porcelain'], { cwd, encoding: 'utf8' })).toBe('');
  });

  it('makes them for names and addresses, and for as many days as are asked for', () => {
    const cwd = folder({});
    const hosts = ['--host', 'abatis.test', '--host', '10.0.0.1'];
    abatis(['certs', '--out', 'a/b', '--days', '3', ...hosts], { cwd });
    const leaf = certificate(join(cwd, 'a/b'), 'tls.crt');
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:abatis.test, IP Address:10.0.0.1',
    );
    expect(Math.abs(leaf.validToDate.getTime() - Date.now() - 3 * day)).toBeLessThan(60_000);
  });

  it('replaces what is valid only when it is told to', () => {
    const cwd = folder({});
    const path = join(cwd, 'certs');
    abatis(['certs'], { cwd });
    const first = read(path, 'tls.crt');
    const again = abatis(['certs'], { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(
      /^error: `certs\/ca\.crt` is there and valid until \d{4}-\S+Z\n {2}help: .*`--force`\n$/,
    );
    expect(read(path, 'tls.crt')).toBe(first);
    expect(abatis(['certs', '--force'], { cwd }).code).toBe(0);
    expect(read(path, 'tls.crt')).not.toBe(first);
  });

  it.each(['ca.crt', 'tls.key'])('leaves a %s alone that it does not understand', (file) => {
    const cwd = folder({ [`certs/${file}`]: 'precious' });
    const { code, stderr } = abatis(['certs'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`\`certs/${file}\` is there and is no certificate with its key`);
    expect(read(join(cwd, 'certs'), file)).toBe('precious');
  });

  it.each([
    ['no folder', ['--out', 'file/certs'], 'cannot write to `file/certs`'],
    ['no host', ['--host', 'https://x'], 'a DNS name or an address'],
    ['no number of days', ['--days', '0'], 'a whole number of days'],
  ])('refuses what is %s', (_what, args, message) => {
    const { code, stdout, stderr } = abatis(['certs', ...args], { cwd: folder({ file: '' }) });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
