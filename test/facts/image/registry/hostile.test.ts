import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collect, inspectImage, type RegistryConfig } from '../../../../src/facts/image/index.ts';
import { Hosts } from '../../../../src/facts/image/registry/hosts.ts';
import { createAuthority } from '../../../control-plane/certificates.ts';
import { dash } from '../binaries.ts';
import { digestOf, imageOf, MemorySource } from '../image.ts';
import { program } from '../tar.ts';
import { client, deny, type Quirk, TestRegistry, TestTiming } from './server.ts';

const image = () => imageOf([[program('bin/sh', dash)]]);
const reading = { signal: new AbortController().signal, maxBytes: 4 * 1024 * 1024 };
const redirect = (response: ServerResponse, location: string) => response.writeHead(307, { location }).end();

async function misbehaving(quirk: Quirk, tune: (timing: TestTiming) => void = () => {}) {
  const server = await TestRegistry.start(image(), quirk);
  const timing = new TestTiming();
  tune(timing);
  const registry = client([server], {}, { timing });
  return { server, timing, read: () => inspectImage(registry.image(`${server.host()}/app`)) };
}

describe('which hosts are contacted', () => {
  const config: RegistryConfig = {
    allowedHosts: ['docker.io', '*.pkg.dev', 'registry.shop:5000', '192.168.7.7'],
  };
  test.each([
    ['alpine', true],
    ['index.docker.io/alpine', true],
    ['eu.pkg.dev/a/b', true],
    ['EU.pkg.dev/a/b', true],
    ['registry.shop:5000/app', true],
    ['192.168.7.7/app', true],
    ['pkg.dev/a', false],
    ['eu.pkg.dev:8443/a', false],
    ['eu.pkg.dev.evil.example/a', false],
    ['registry.shop/app', false],
    ['registry.shop:5001/app', false],
    ['ghcr.io/app', false],
    ['localhost/app', false],
    ['127.0.0.1:80/app', false],
    ['169.254.169.254/latest/meta-data', false],
    ['[::1]/app', false],
  ])('%s: %s', (name, allowed) => {
    const registry = client([], config);
    if (allowed) expect(registry.image(name).name).toBeTruthy();
    else expect(() => registry.image(name)).toThrow(expect.objectContaining({ reason: 'refused' }));
  });

  test('none, where none is allowed', () => {
    expect(() => client([]).image('alpine')).toThrow('images of `docker.io` may not be read');
  });

  test('what is no reference is not asked for', () => {
    expect(() => client([]).image('http://169.254.169.254/')).toThrow(
      expect.objectContaining({ reason: 'malformed' }),
    );
  });
});

describe('where a host may be', () => {
  const connect = async (name: string, addresses: readonly string[], config: Partial<RegistryConfig>) => {
    const registry = client([], config, { resolve: async () => addresses });
    return registry.image(`${name}/app`).resolve(reading);
  };

  test.each([
    ['registry.example', ['127.0.0.1']],
    ['registry.example', ['::1']],
    ['registry.example', ['::ffff:127.0.0.1']],
    ['registry.example', ['0.0.0.0']],
    ['registry.example', ['169.254.169.254']],
    ['registry.example', ['fe80::1%eth0']],
    ['registry.example', ['fd00:ec2::254']],
    ['registry.example', ['100.100.100.200']],
    ['registry.example', ['168.63.129.16']],
    ['registry.example', ['224.0.0.1']],
    ['registry.example', ['64:ff9b::7f00:1']],
    ['registry.example', ['2002:7f00:1::']],
    ['registry.example', ['not an address']],
    ['registry.example', []],
    ['a.glob.example', ['10.0.0.1']],
    ['a.glob.example', ['192.168.1.1']],
    ['a.glob.example', ['fd12::1']],
    ['127.0.0.1:1', ['8.8.8.8']],
    ['[::1]:1', ['8.8.8.8']],
    ['169.254.169.254', ['8.8.8.8']],
    ['2130706433:1', ['127.0.0.1']],
  ])('%s at %s is not connected to', async (name, addresses) => {
    const allowedHosts = [
      'registry.example',
      '*.glob.example',
      '127.0.0.1:1',
      '[::1]:1',
      '169.254.169.254',
      '2130706433:1',
    ];
    await expect(connect(name, addresses, { allowedHosts })).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('is at an address where it may not be'),
    });
  });

  test('a name that means another address every time means one when it is connected to', async () => {
    const server = await TestRegistry.start(image());
    let lookups = 0;
    // A public address at first, and this machine whenever somebody looks again.
    const resolve = async () => (lookups++ === 0 ? ['127.0.0.1', '::1'] : ['127.0.0.1']);
    const registry = client([], { allowedHosts: [server.host('evil.test')] }, { resolve });
    await expect(registry.image(`${server.host('evil.test')}/app`).resolve(reading)).rejects.toMatchObject({
      reason: 'refused',
    });
    expect(server.lines).toEqual([]);
    expect(lookups).toBe(1);
  });

  test('of several addresses only the good ones are tried', async () => {
    const server = await TestRegistry.start(image());
    const hosts = { [server.host('private.test')]: { plainHttp: true } };
    const read = async (addresses: readonly string[]) => {
      const registry = client(
        [],
        { allowedHosts: [server.host('private.test')], hosts },
        { resolve: async () => addresses },
      );
      return registry.image(`${server.host('private.test')}/app`).resolve(reading);
    };
    await expect(read(['127.0.0.1', '169.254.169.254'])).rejects.toMatchObject({ reason: 'refused' });
    expect(server.lines).toEqual([]);
  });

  test('a host that is named for it may be on this machine', async () => {
    const server = await TestRegistry.start(image());
    const name = `127.0.0.1:${server.port}`;
    const hosts = { [name]: { plainHttp: true, addresses: 'local' as const } };
    const registry = client([], { allowedHosts: [name], hosts });
    expect((await registry.image(`${name}/app`).resolve(reading)).mediaType).toContain('manifest');
  });
});

describe('a registry that redirects', () => {
  test.each([
    ['http://127.0.0.1:1/x', 'is not https'],
    ['http://storage.example/x', 'is not https'],
    ['https://127.0.0.1:1/x', 'address where it may not be'],
    ['https://[::1]:1/x', 'address where it may not be'],
    ['https://0x7f.1/x', 'address where it may not be'],
    ['https://2130706433/x', 'address where it may not be'],
    ['https://169.254.169.254/latest/meta-data/', 'address where it may not be'],
    ['https://10.0.0.1/x', 'address where it may not be'],
    ['https://inside.example/x', 'address where it may not be'],
    ['https://user:secret@storage.example/x', 'has credentials in its address'],
    ['file:///etc/passwd', 'is not https'],
    ['gopher://storage.example/x', 'is not https'],
    ['https://[', 'is no address'],
  ])('to %s', async (location, problem) => {
    const server = await TestRegistry.start(image(), (_seen, response) => redirect(response, location));
    const from = client([server], { redirects: 'public' }).image(`${server.host()}/app`);
    const error = (await inspectImage(from).catch((error: unknown) => error)) as Error;
    expect(error.message).toContain(problem);
    expect(error.message).not.toContain('secret');
    expect(server.lines).toHaveLength(1);
  });

  test('to a host that is named is followed', async () => {
    const storage = await TestRegistry.start(image());
    const server = await TestRegistry.start(image(), ({ path }, response) =>
      redirect(response, `http://${storage.host('other.test')}${path}`),
    );
    const registry = client([storage, server], { allowedHosts: [server.host()], redirects: 'named' });
    expect((await inspectImage(registry.image(`${server.host()}/app`))).shells).toHaveLength(1);
  });

  const evil = 'https://a.cdn.example.evil.example/x';
  const none = 'is none of the hosts that are named';
  // What may be followed is stopped by its address then, for here every name is this machine.
  const followed = 'is at an address where it may not be';
  test.each<[what: string, location: string, config: Partial<RegistryConfig>, problem: string]>([
    ['that is not named', 'https://a.cdn.example/x', {}, none],
    ['that is allowed', 'https://a.cdn.example/x', { allowedHosts: ['*.example'] }, followed],
    ['that is named', 'https://a.cdn.example/x', { hosts: { 'a.cdn.example': {} } }, followed],
    ['beside what is named', evil, { hosts: { 'a.cdn.example': {} } }, none],
    ['of any name, where configuration says so', evil, { redirects: 'public' }, followed],
  ])('to a host %s', async (_what, location, config, problem) => {
    const server = await TestRegistry.start(image(), (_seen, response) => redirect(response, location));
    const allowedHosts = [server.host(), ...(config.allowedHosts ?? [])];
    const read = inspectImage(client([server], { ...config, allowedHosts }).image(`${server.host()}/app`));
    await expect(read).rejects.toThrow(problem);
  });

  test.each([
    ['https://a.cdn.example/x', followed],
    ['https://A.CDN.example/x', followed],
    [evil, none],
  ])('to a host like those that keep its content, %s', async (location, problem) => {
    const server = await TestRegistry.start(image(), (_seen, response) => redirect(response, location));
    const own = { plainHttp: true, addresses: 'local', contentHosts: ['*.CDN.example'] } as const;
    const registry = client([server], { hosts: { [server.host()]: own } });
    await expect(inspectImage(registry.image(`${server.host()}/app`))).rejects.toThrow(problem);
  });

  test.each([
    ['docker.io', 'production.cloudflare.docker.com', true],
    ['docker.io', 'pkg-containers.githubusercontent.com', false],
    ['ghcr.io', 'pkg-containers.githubusercontent.com', true],
    ['eu.gcr.io', 'storage.googleapis.com', true],
    ['registry.example', 'storage.googleapis.com', false],
    [
      '1234.dkr.ecr.eu-west-1.amazonaws.com',
      'prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com',
      true,
    ],
  ])('of a known name: %s to %s: %s', (host, storage, isKnown) => {
    const hosts = new Hosts({ allowedHosts: [host] });
    const [endpoint] = hosts.endpoints({ host, repository: 'app', tag: 'latest', digest: undefined });
    if (endpoint === undefined) throw new Error('no endpoint');
    expect(hosts.redirectProblem(new URL(`https://${storage}/x`), endpoint)).toBe(isKnown ? undefined : none);
  });

  test('for ever', async () => {
    const { read, server } = await misbehaving(({ path }, response) => redirect(response, path));
    await expect(read()).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('5 times'),
    });
    expect(server.lines).toHaveLength(6);
  });

  test('without saying where', async () => {
    const { read } = await misbehaving((_seen, response) => response.writeHead(302).end());
    await expect(read()).rejects.toMatchObject({ reason: 'unavailable' });
  });

  test('to storage that denies it is asked again, for such addresses expire', async () => {
    let times = 0;
    const storage = await TestRegistry.start(
      image(),
      (_seen, response) => times++ === 0 && deny(response, 403),
    );
    const server = await TestRegistry.start(image(), ({ path }, response) =>
      path.includes('/blobs/') ? redirect(response, `http://${storage.host()}${path}`) : false,
    );
    const registry = client([storage, server]);
    expect((await inspectImage(registry.image(`${server.host()}/app`))).shells).toHaveLength(1);
  });
});

describe('a registry that is busy', () => {
  test.each([408, 429, 500, 502, 503, 504])('%i is tried again, after longer and longer', async (status) => {
    const { read, server, timing } = await misbehaving((_seen, response) =>
      deny(response, status, 'UNAVAILABLE'),
    );
    await expect(read()).rejects.toMatchObject({
      reason: 'unavailable',
      message: `\`${server.host()}\` answered ${status}`,
    });
    expect(server.lines).toHaveLength(4);
    expect(timing.slept).toEqual([125, 250, 500]);
  });

  test('is good once it answers', async () => {
    let times = 0;
    const { read } = await misbehaving((_seen, response) => times++ % 3 !== 2 && deny(response, 503));
    expect((await read()).shells).toHaveLength(1);
  });

  test('and says when to come again', async () => {
    let times = 0;
    const { read, timing } = await misbehaving(
      (_seen, response) => times++ === 0 && deny(response, 429, 'TOOMANYREQUESTS', { 'retry-after': '7' }),
    );
    await read();
    expect(timing.slept).toEqual([7125]);
  });

  test('and says it as a date', async () => {
    let times = 0;
    const { read, timing } = await misbehaving(
      (_seen, response) =>
        times++ === 0 && deny(response, 503, 'X', { 'retry-after': 'Sat, 21 Nov 2026 12:00:09 GMT' }),
    );
    await read();
    expect(timing.slept).toEqual([9125]);
  });

  test('for longer than anybody waits', async () => {
    const { read, server, timing } = await misbehaving((_seen, response) =>
      deny(response, 429, 'X', { 'retry-after': '3600' }),
    );
    await expect(read()).rejects.toMatchObject({ reason: 'unavailable' });
    expect([server.lines.length, timing.slept]).toEqual([1, []]);
  });

  test('and breaks the connection', async () => {
    const { read, server } = await misbehaving((_seen, response) => response.destroy());
    await expect(read()).rejects.toMatchObject({
      reason: 'unavailable',
      message: `\`${server.host()}\` cannot be read: the connection broke off`,
    });
    expect(server.lines).toHaveLength(4);
  });

  test('and does not answer', async () => {
    const { read, server } = await misbehaving(
      () => true,
      (timing) => timing.late.add(15_000),
    );
    await expect(read()).rejects.toMatchObject({
      reason: 'unavailable',
      message: `\`${server.host()}\` has not answered within 15000 ms`,
    });
  });

  test('and sends a manifest letter by letter', async () => {
    const { read } = await misbehaving(
      ({ method }, response) => {
        if (method === 'HEAD') return false;
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 1);
        return response.once('close', () => clearInterval(timer));
      },
      (timing) => timing.late.add(60_000),
    );
    await expect(read()).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('has not sent the manifest within 60000 ms'),
    });
  });

  test('is not waited for when the caller has gone', async () => {
    const abort = new AbortController();
    const server = await TestRegistry.start(image(), () => abort.abort());
    const read = client([server])
      .image(`${server.host()}/app`)
      .resolve({ ...reading, signal: abort.signal });
    await expect(read).rejects.toMatchObject({ reason: 'cancelled' });
  });
});

describe('a registry that lies', () => {
  const large = 50 * 1024 * 1024;
  test.each<[what: string, answer: (response: ServerResponse) => unknown]>([
    [
      'said to be of 50 MB',
      (response) => response.writeHead(200, { 'content-length': large }).flushHeaders(),
    ],
    [
      'of 50 MB',
      (response) => {
        response.writeHead(200);
        const more = (): unknown => !response.destroyed && response.write(Buffer.alloc(1_000_000, ' '), more);
        more();
      },
    ],
  ])('a manifest %s', async (_what, answer) => {
    const { read } = await misbehaving(({ method }, response) => {
      if (method === 'HEAD') return false;
      answer(response);
      return true;
    });
    await expect(read()).rejects.toMatchObject({ reason: 'limit' });
  });

  test('a manifest that is not that of its digest', async () => {
    const { read } = await misbehaving(({ method }, response) =>
      method === 'HEAD' ? false : response.end('{"schemaVersion":2}'),
    );
    await expect(read()).rejects.toMatchObject({ reason: 'mismatch' });
  });

  test('a digest that is none', async () => {
    const source = image();
    source.top = { ...source.top, digest: `sha256:../../etc` };
    const server = await TestRegistry.start(source);
    const facts = await inspectImage(client([server]).image(`${server.host()}/app`));
    expect(facts.digest).toBe(digestOf(source.top.bytes));
    expect(server.lines[1]).toBe('GET /v2/app/manifests/latest');
  });

  test('a blob that is not that of its digest', async () => {
    const source = image();
    const [digest, bytes] = [...source.blobs][0] as [string, Buffer];
    source.blobs.set(digest, Buffer.alloc(bytes.length, 'x'));
    const server = await TestRegistry.start(source);
    await expect(inspectImage(client([server]).image(`${server.host()}/app`))).rejects.toMatchObject({
      reason: 'mismatch',
    });
  });

  test('a descriptor that is no digest leads nowhere', async () => {
    const server = await TestRegistry.start(new MemorySource());
    const from = client([server]).image(`${server.host()}/app`);
    const blob = from.blob({ mediaType: 'x', digest: '../../../secret', size: 1 }, reading.signal);
    await expect(collect(blob, 1, 'blob')).rejects.toMatchObject({ reason: 'malformed' });
    expect(server.lines).toEqual([]);
  });

  test('a manifest that is compressed, which nobody asked for', async () => {
    const { read } = await misbehaving(({ method }, response) =>
      method === 'HEAD'
        ? false
        : response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
    );
    await expect(read()).rejects.toMatchObject({ reason: 'malformed' });
  });

  test.each([
    ['compressed', { 'content-encoding': 'gzip' }, gzipSync('{"errors":[{"code":"DENIED"}]}')],
    ['a page', { 'content-type': 'text/html' }, Buffer.from('<script>alert(1)</script>')],
    ['large', {}, Buffer.alloc(5_000_000, '{"errors":[{"code":"DENIED"}]}')],
    ['an invented code', {}, Buffer.from('{"errors":[{"code":"\\u001b[2J"}]}')],
    ['an odd form', {}, Buffer.from('{"errors":{"0":{"code":"DENIED"}},"__proto__":{"errors":[]}}')],
  ])('an error that is %s is told without its text', async (_what, headers, body) => {
    const { read, server } = await misbehaving((_seen, response) =>
      response.writeHead(418, headers).end(body),
    );
    await expect(read()).rejects.toMatchObject({ message: `\`${server.host()}\` answered 418` });
  });
});

describe('TLS', () => {
  const setUp = async (names: readonly string[]) => {
    const authority = await createAuthority();
    const server = await TestRegistry.start(image(), undefined, await authority.server(names));
    const folder = mkdtempSync(join(tmpdir(), 'abatis-registry-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, authority.certificate);
    const read = (host: object) => {
      const hosts = { [server.host()]: { addresses: 'local' as const, ...host } };
      return inspectImage(client([server], { hosts }).image(`${server.host()}/app`));
    };
    return { server, caFile, read };
  };

  test('with a private authority that is named', async () => {
    const { read, caFile } = await setUp(['registry.test']);
    expect((await read({ caFile })).shells).toHaveLength(1);
  });

  test('with one that is not', async () => {
    const { read, server } = await setUp(['registry.test']);
    await expect(read({})).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('authority that is not trusted'),
      help: expect.stringContaining('caFile'),
    });
    expect(server.lines).toEqual([]);
  });

  test('with a certificate of another name', async () => {
    const { read, caFile } = await setUp(['other.test']);
    await expect(read({ caFile })).rejects.toThrow('its certificate is for another name');
  });

  test('with a private authority that is replaced by another', async () => {
    const { read, caFile } = await setUp(['registry.test']);
    const right = readFileSync(caFile);
    writeFileSync(caFile, (await createAuthority()).certificate);
    const registry = new Hosts({ allowedHosts: [], hosts: { 'registry.test': { caFile } } });
    const before = registry.authorities('registry.test');
    expect(registry.authorities('registry.test')).toBe(before);
    await expect(read({ caFile })).rejects.toThrow('authority that is not trusted');
    writeFileSync(caFile, right);
    expect(registry.authorities('registry.test')?.at(-1)).toBe(right.toString());
    expect((await read({ caFile })).shells).toHaveLength(1);
  });

  test('with a file of authorities that is missing', async () => {
    const { read } = await setUp(['registry.test']);
    await expect(read({ caFile: '/nowhere/ca.pem' })).rejects.toThrow('`/nowhere/ca.pem`, cannot be read');
  });

  test('where there is none, and the other way round', async () => {
    const plain = await TestRegistry.start(image());
    const local = { addresses: 'local' } as const;
    const read = inspectImage(
      client([plain], { hosts: { [plain.host()]: local } }).image(`${plain.host()}/app`),
    );
    await expect(read).rejects.toMatchObject({
      reason: 'unavailable',
      help: expect.stringContaining('plainHttp'),
    });
    const { read: readTls } = await setUp(['registry.test']);
    await expect(readTls({ plainHttp: true })).rejects.toMatchObject({ reason: 'unavailable' });
  });

  test('what is no HTTP at all', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const name = `ssh.test:${(server.address() as AddressInfo).port}`;
    const hosts = { [name]: { plainHttp: true, addresses: 'local' as const } };
    const read = client([], { allowedHosts: [name], hosts })
      .image(`${name}/app`)
      .resolve(reading);
    await expect(read).rejects.toMatchObject({ reason: 'malformed' });
  });
});
