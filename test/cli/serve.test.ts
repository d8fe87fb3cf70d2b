import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { certificatesInMemory } from '../../src/cluster/index.ts';
import { abatis, folder, policy } from './process.ts';
import { serve } from './serving/server.ts';

// Processes are started, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });
const patience = 10_000;

const bad = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { bad: 'x' } };

async function action(server: Awaited<ReturnType<typeof serve>>): Promise<unknown> {
  const { findings } = (await server.ask('/check', bad)).json() as { findings: { action: string }[] };
  return findings[0]?.action;
}

describe('abatis serve', () => {
  it('serves the pack best-practices, and says in one line where and what', async () => {
    const count = policiesOf('best-practices', readPacks()).length;
    const server = await serve([]);
    expect(server.lines).toMatchObject([
      {
        level: 'info',
        msg: expect.stringMatching(
          new RegExp(
            `^listening on https://127\\.0\\.0\\.1:${server.port} with ${count} policies: .*, and a certificate made for this run$`,
          ),
        ),
      },
    ]);
    expect((await server.ask('/readyz')).status).toBe(200);
    expect((await server.ask('/healthz')).status).toBe(200);
    expect(server.stdout()).toBe('');
  });

  it('makes a certificate that who has ca.crt trusts', async () => {
    const path = folder({});
    const server = await serve(['--cert-dir', path, '--tls-name', 'abatis.test'], {
      ca: () => readFileSync(join(path, 'ca.crt'), 'utf8'),
    });
    expect((await server.ask('/healthz')).status).toBe(200);
    const { subjectAltName } = new X509Certificate(readFileSync(join(path, 'tls.crt')));
    expect(subjectAltName).toContain('DNS:abatis.test');
  });

  it('logs a denial as one line of JSON, without the object', async () => {
    const server = await serve(['--policies', join(folder({ 'p.yaml': policy('Deny') }), 'p.yaml')]);
    await server.ask('/check', { ...bad, data: { bad: 'correct horse' } });
    await vi.waitFor(
      () =>
        expect(server.lines.at(-1)).toMatchObject({
          level: 'warn',
          msg: 'denied',
          findings: ['no-bad/bad:Deny'],
        }),
      patience,
    );
    expect(JSON.stringify(server.lines)).not.toContain('correct horse');
  });
});

describe('what keeps it from starting is said, and the exit code is 2', () => {
  it.each([
    ['a port that is none', ['--port', 'http'], 'a port is a number'],
    ['a certificate without its key', ['--cert', 'x'], '`--cert` and `--key` belong together'],
    [
      'a certificate beside a folder for one',
      ['--cert', 'x', '--key', 'y', '--cert-dir', 'z'],
      'cannot be used with',
    ],
    ['a certificate that is not there', ['--cert', 'no.crt', '--key', 'no.key'], 'no.crt'],
    ['policies that are not there', ['--policies', 'nowhere'], 'nowhere'],
    ['a kubeconfig that is not there', ['--kubeconfig', 'nowhere'], 'nowhere'],
    ['an unknown log level', ['--log-level', 'loud'], '`loud`'],
    ['an unknown option', ['--prot', '1'], 'did you mean `--port`'],
  ])('%s', (_what, args, message) => {
    const { code, stdout, stderr } = abatis(['serve', ...args], { cwd: folder({}) });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.toLowerCase()).toContain(message);
  });

  it('files that are no certificate and key', () => {
    const cwd = folder({ 'a.crt': 'x', 'a.key': 'y' });
    const { code, stderr } = abatis(['serve', '--cert', 'a.crt', '--key', 'a.key'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('`a.crt` and `a.key` are no certificate and its private key in PEM');
  });

  it('a policy with a mistake, shown where it is', () => {
    const cwd = folder({ 'p.yaml': policy('Deny').replace('forbid', 'forbit') });
    const { code, stderr } = abatis(['serve', '--policies', 'p.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/error\[AB\d{4}\].*forbit/);
    expect(stderr).toMatch(/at p\.yaml:\d+:\d+/);
  });

  it('a port that somebody else has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = abatis(['serve', '--host', '127.0.0.1', '--port', String(port)]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `error: cannot listen on \`127.0.0.1\` port \`${port}\`: somebody else listens there\n  help: choose another one with \`--port\` and \`--host\`\n`,
    );
  });
});

describe('policies that change', () => {
  it('are swapped; a bad set is refused and the good one kept, until it is mended', async () => {
    const path = folder({ 'a/p.yaml': policy('Warn') });
    const file = join(path, 'a', 'p.yaml');
    const server = await serve(['--policies', path]);
    expect(await action(server)).toBe('Warn');

    writeFileSync(file, policy('Deny'));
    await vi.waitFor(async () => expect(await action(server)).toBe('Deny'), patience);

    writeFileSync(file, policy('Audit').replace('forbid', 'forbit'));
    await vi.waitFor(
      async () =>
        expect(await server.detail('policies')).toMatch(
          /^1 policy: 1 denies; a changed set was refused \(\d errors?\) and the former one is in force$/,
        ),
      patience,
    );
    expect(await action(server)).toBe('Deny');
    expect((await server.ask('/readyz')).status).toBe(200);
    expect((await server.ask('/metrics')).body).toContain('abatis_policy_loads_total{result="refused"} 1\n');
    expect((await server.ask('/metrics')).body).toContain('abatis_policies_refused 1\n');
    expect(server.lines.find(({ msg }) => msg.includes('forbit'))).toMatchObject({
      level: 'error',
      code: expect.stringMatching(/^AB\d{4}$/),
      place: expect.stringContaining(`${file}:`),
    });

    // As it is for a moment while somebody writes it.
    writeFileSync(file, '');
    await vi.waitFor(
      () => expect(server.lines.find(({ msg }) => msg.startsWith('there is no policy in'))).toBeDefined(),
      patience,
    );
    expect(await action(server)).toBe('Deny');

    writeFileSync(`${file}.new`, policy('Audit'));
    renameSync(`${file}.new`, file);
    await vi.waitFor(async () => expect(await action(server)).toBe('Audit'), patience);
    expect(await server.detail('policies')).toBe('1 policy: 1 audits');
    expect((await server.ask('/metrics')).body).toContain('abatis_policies_refused 0\n');
  });

  it('are read anew on SIGHUP, whether or not a file changed', async () => {
    const server = await serve(['--policies', folder({ 'p.yaml': policy('Warn') })]);
    server.signal('SIGHUP');
    await vi.waitFor(
      () => expect(server.lines.at(-1)).toMatchObject({ msg: 'loaded 1 policy: 1 warns' }),
      patience,
    );
  });
});

describe('a certificate that changes', () => {
  async function shown(port: number): Promise<string> {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const fingerprint = socket.getPeerCertificate().fingerprint256;
    socket.destroy();
    return fingerprint;
  }

  it('is shown to the next connection, and half of a pair is not used', async () => {
    const [first, second] = [certificatesInMemory(['localhost']), certificatesInMemory(['localhost'])];
    const [one, two] = [await first(Date.now()), await second(Date.now())];
    const path = folder({ 'tls.crt': one.cert, 'tls.key': one.key });
    const [cert, key] = [join(path, 'tls.crt'), join(path, 'tls.key')];
    const server = await serve(['--cert', cert, '--key', key]);
    expect(await shown(server.port)).toBe(new X509Certificate(one.cert).fingerprint256);

    writeFileSync(cert, two.cert);
    await vi.waitFor(
      () =>
        expect(server.lines.at(-1)).toMatchObject({
          msg: 'the new certificate cannot be used; the former one stays',
        }),
      patience,
    );
    expect(await shown(server.port)).toBe(new X509Certificate(one.cert).fingerprint256);

    writeFileSync(key, two.key);
    await vi.waitFor(
      async () => expect(await shown(server.port)).toBe(new X509Certificate(two.cert).fingerprint256),
      patience,
    );
  });
});

describe('told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s, it ends with exit code 0', async (signal) => {
    const server = await serve([]);
    server.signal(signal);
    expect(await server.ended).toBe(0);
    expect(server.lines.at(-1)).toMatchObject({ msg: 'stopped' });
  });

  it('it is not ready any more, answers what is in flight, and only then ends', async () => {
    const server = await serve(['--drain-delay', '1']);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    expect((await server.ask('/readyz', undefined, agent)).status).toBe(200);

    const body = JSON.stringify(bad);
    const slow: TLSSocket = connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
    await once(slow, 'secureConnect');
    slow.write(
      `POST /check HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    slow.write(body.slice(0, 10));

    server.signal('SIGTERM');
    await vi.waitFor(
      async () =>
        expect((await server.ask('/readyz', undefined, agent)).json()).toMatchObject({
          ready: false,
          checks: [
            { name: 'server', ok: false, detail: 'shutting down' },
            { name: 'policies' },
            { name: 'certificate' },
          ],
        }),
      patience,
    );
    expect((await server.ask('/check', bad)).status).toBe(200);

    await vi.waitFor(async () => expect(server.ask('/healthz')).rejects.toThrow('ECONNREFUSED'), patience);
    slow.write(body.slice(10));
    const [answer] = await once(slow, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK.*"allowed":/s);
    expect(await server.ended).toBe(0);
  });

  it('it does not wait for who is connected and has never asked anything', async () => {
    const server = await serve(['--drain-delay', '0']);
    const idle: TLSSocket = connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
    await once(idle, 'secureConnect');
    const since = performance.now();
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    // What is in flight would get twenty seconds.
    expect(performance.now() - since).toBeLessThan(15_000);
  });

  it('twice, it ends at once', async () => {
    const server = await serve(['--drain-delay', '1000']);
    server.signal('SIGTERM');
    await vi.waitFor(() => expect(server.lines.at(-1)).toMatchObject({ msg: 'draining' }), patience);
    server.signal('SIGTERM');
    expect(await server.ended).toBe(1);
  });
});
