import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { serverLog } from '../../../src/cli/serving/log.ts';
import { serverTls } from '../../../src/cli/serving/tls.ts';
import { ClusterError, certificatesInMemory } from '../../../src/cluster/index.ts';
import { webhookMetrics } from '../../../src/webhook/index.ts';
import { createAuthority, type User } from '../../control-plane/index.ts';
import { abatis, folder } from '../process.ts';
import { type Line, serve } from './server.ts';

vi.setConfig({ testTimeout: 60_000 });

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
const apiServer: User = { username: 'api-server' };

type Authority = Awaited<ReturnType<typeof createAuthority>>;

/** A client that shows a certificate of this authority. */
async function client(authority: Authority, user = apiServer): Promise<Agent> {
  const { certificate, key } = await authority.client(user);
  const agent = new Agent({ cert: certificate, key, rejectUnauthorized: false, keepAlive: true });
  onTestFinished(() => agent.destroy());
  return agent;
}

describe('--tls-min-version', () => {
  async function version(port: number, maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> {
    const socket = connect({ port, host: '127.0.0.1', maxVersion, rejectUnauthorized: false });
    try {
      await once(socket, 'secureConnect');
      return socket.getProtocol();
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? null;
    } finally {
      socket.destroy();
    }
  }

  it.each([
    [[], 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    [['--tls-min-version', '1.3'], 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    [['--tls-min-version', '1.2'], 'TLSv1.2'],
  ])('%j: who speaks 1.2 gets %s', async (args, expected) => {
    const server = await serve(args);
    expect(await version(server.port, 'TLSv1.2')).toBe(expected);
    expect(await version(server.port, 'TLSv1.3')).toBe('TLSv1.3');
  });

  it('holds for certificates that come later, too', async () => {
    const names = ['localhost'];
    const [first, second] = [certificatesInMemory(names), certificatesInMemory(names)];
    const [one, other] = [await first(Date.now()), await second(Date.now())];
    const files = folder({ 'tls.crt': one.cert, 'tls.key': one.key });
    const server = await serve(['--cert', join(files, 'tls.crt'), '--key', join(files, 'tls.key')]);
    writeFileSync(join(files, 'tls.crt'), other.cert);
    writeFileSync(join(files, 'tls.key'), other.key);
    await vi.waitUntil(
      () => server.lines.some(({ msg }) => msg === 'serving with a new certificate'),
      20_000,
    );
    expect(await version(server.port, 'TLSv1.2')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect(await version(server.port, 'TLSv1.3')).toBe('TLSv1.3');
  });
});

describe('--client-ca', () => {
  it('judges only for who shows a certificate of it; probes need none', async () => {
    const [trusted, other] = [await createAuthority(), await createAuthority()];
    const file = join(folder({ 'ca.crt': trusted.certificate }), 'ca.crt');
    const server = await serve(['--client-ca', file]);
    const ask = async (path: string, agent?: Agent) => {
      const { status, json } = await server.ask(path, object, agent);
      return [status, status === 200 ? 'OK' : json()['reason']];
    };
    for (const path of ['/check', '/validate']) {
      expect(await ask(path), path).toEqual([401, 'ClientCertificateMissing']);
      expect(await ask(path, await client(other)), path).toEqual([403, 'ClientCertificateRefused']);
    }
    expect(await ask('/check', await client(trusted))).toEqual([200, 'OK']);
    expect(await ask('/validate', await client(trusted))).toEqual([400, 'NotAnAdmissionReview']);
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await server.ask(path)).status, path).toBe(200);
    }
    const { body } = await server.ask('/metrics');
    expect(body).toContain('abatis_requests_total{endpoint="check",operation="none",outcome="invalid"} 2\n');
  });

  it('and --client-name only if it is for that name', async () => {
    const trusted = await createAuthority();
    const file = join(folder({ 'ca.crt': trusted.certificate }), 'ca.crt');
    const server = await serve(['--client-ca', file, '--client-name', 'api-server']);
    const status = async (user: User) =>
      (await server.ask('/check', object, await client(trusted, user))).status;
    expect([await status(apiServer), await status({ username: 'mallory' })]).toEqual([200, 403]);
  });

  it('is followed when the file changes, and stays in force when the server has a new certificate', async () => {
    const [first, second] = [await createAuthority(), await createAuthority()];
    const path = folder({ 'ca.crt': first.certificate });
    const server = await serve(['--client-ca', join(path, 'ca.crt')]);
    const status = async (authority: Authority) =>
      (await server.ask('/check', object, await client(authority))).status;
    expect([await status(first), await status(second)]).toEqual([200, 403]);
    writeFileSync(join(path, 'ca.crt'), second.certificate);
    await vi.waitFor(async () => expect(await status(second)).toBe(200), 20_000);
    expect(await status(first)).toBe(403);
    expect((await server.ask('/check', object)).status).toBe(401);
  });
});

describe('files that the kubelet swaps', () => {
  it('fail no request, on connections that are open and on new ones', async () => {
    const path = folder({});
    // As the kubelet does it: the files are links by way of `..data`, which is replaced as a whole.
    async function swap(version: number): Promise<string> {
      const made = await certificatesInMemory(['localhost'])(Date.now());
      mkdirSync(join(path, `..${version}`));
      writeFileSync(join(path, `..${version}`, 'tls.crt'), made.cert);
      writeFileSync(join(path, `..${version}`, 'tls.key'), made.key);
      symlinkSync(`..${version}`, join(path, '..data_tmp'));
      renameSync(join(path, '..data_tmp'), join(path, '..data'));
      return made.cert;
    }
    await swap(0);
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(path, name));
    const server = await serve(['--cert', join(path, 'tls.crt'), '--key', join(path, 'tls.key')]);
    const kept = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    onTestFinished(() => kept.destroy());
    const news = () => server.lines.filter(({ msg }) => msg === 'serving with a new certificate').length;

    let isOver = false;
    const statuses: number[] = [];
    const asking = [kept, undefined].map(async (agent) => {
      while (!isOver) {
        statuses.push((await server.ask('/check', object, agent)).status);
        await pause(2);
      }
    });
    for (let version = 1; version <= 5; version++) {
      await swap(version);
      await vi.waitFor(() => expect(news()).toBe(version), 20_000);
    }
    isOver = true;
    await Promise.all(asking);
    expect(statuses.length).toBeGreaterThan(50);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(readFileSync(join(path, 'tls.crt'), 'utf8')).toContain('CERTIFICATE');
  });
});

describe('what does not fit together is refused', () => {
  it.each([
    [
      '--cert-secret without a cluster',
      ['--no-cluster', '--cert-secret', 'a/b'],
      '`--cert-secret` needs a cluster',
    ],
    ['a Secret that is none', ['--kubeconfig', 'x', '--cert-secret', 'a/b/c'], '`a/b/c` is no Secret'],
    ['no namespace', ['--kubeconfig', 'x', '--cert-secret', 'b'], '`b` is no Secret'],
    [
      'lives that do not overlap',
      ['--cert-life', '2h', '--ca-life', '5h'],
      '`--ca-life` must be three times',
    ],
    ['a life that is none', ['--cert-life', 'long'], 'a duration such as `168h`'],
    ['a configuration without a Secret', ['--webhook-configuration', 'x'], 'goes with `--cert-secret`'],
    ['a client name without an authority', ['--client-name', 'x'], 'goes with `--client-ca`'],
    ['an authority that is not there', ['--client-ca', 'no.crt'], 'no.crt'],
    ['an authority that is none', ['--client-ca', 'no.pem'], '`no.pem` is no certificate in PEM'],
  ])('%s', (_what, args, message) => {
    const { code, stdout, stderr } = abatis(['serve', ...args], { cwd: folder({ 'no.pem': 'x' }) });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('--cert-secret', () => {
  const place = { namespace: 'abatis-system', name: 'abatis-tls', certLife: 6e8, caLife: 8e9 };
  const options = {
    tlsName: ['localhost'],
    tlsMinVersion: '1.3',
    clientNames: [],
    certSecret: { ...place, configurations: ['abatis'] },
  } as const;

  it('is complained of once for each thing that is wrong, and no former certificate is claimed', async () => {
    const lines: Line[] = [];
    const write = (text: string) => void lines.push(JSON.parse(text) as Line);
    let down = 'nobody answers';
    const client = {
      server: 'https://api.example',
      get: () => Promise.reject(new ClusterError(down)),
      send: () => Promise.reject(new ClusterError(down)),
      lines: () => Promise.reject(new ClusterError(down)),
    };
    const log = serverLog({ level: 'info', format: 'json', write });
    const tls = await serverTls(options, client, webhookMetrics('0'), log);
    if ('problem' in tls) throw new Error(tls.problem);
    onTestFinished(() => tls.stop());
    await tls.renew();
    await tls.renew();
    down = 'somebody refuses';
    await tls.renew();

    expect(lines.map(({ msg, problem }) => `${msg}: ${problem}`)).toEqual([
      'the authority cannot be published: the webhook configurations cannot be read: nobody answers',
      'there is no certificate yet: nobody answers',
      'the authority cannot be published: the webhook configurations cannot be read: somebody refuses',
      'there is no certificate yet: somebody refuses',
    ]);
    expect(tls.readiness()).toMatchObject({ ok: false, detail: 'none yet: somebody refuses' });
  });
});
