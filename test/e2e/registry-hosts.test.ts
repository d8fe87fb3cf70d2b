import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type HostConfig,
  type ImageErrorReason,
  inspectImage,
  type RegistryConfig,
  type RegistryLimits,
} from '../../src/facts/image/index.ts';
import { type Authority, createAuthority } from '../control-plane/certificates.ts';
import { freePorts } from '../control-plane/index.ts';
import { bash } from '../facts/image/binaries.ts';
import { imageOf } from '../facts/image/image.ts';
import { deny, type Quirk, TestRegistry } from '../facts/image/registry/server.ts';
import { program } from '../facts/image/tar.ts';
import { describeWithRegistry, push, type RegistryServer } from '../registry/index.ts';
import { alice } from './registry/alice.ts';
import { clientOf, inspect, loopback } from './registry/reading.ts';

const image = () => imageOf([[program('bin/bash', bash)]]);
const shells = [{ path: '/bin/bash' }];
const mib = 1024 * 1024;

describeWithRegistry('how a registry is reached', (start) => {
  describe('with TLS', () => {
    let authority: Authority;
    let server: RegistryServer;
    let reference = '';
    const folder = mkdtempSync(join(tmpdir(), 'abatis-authorities-'));
    const caFile = join(folder, 'ca.pem');
    const otherFile = join(folder, 'other.pem');
    beforeAll(async () => {
      authority = await createAuthority();
      writeFileSync(caFile, authority.certificate);
      writeFileSync(otherFile, (await createAuthority()).certificate);
      server = await start({ tls: await authority.server(['127.0.0.1']) });
      reference = await push(server, image(), { repository: 'app', ca: authority.certificate });
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    const read = (host: HostConfig) =>
      inspect(reference, { config: { hosts: { [server.host]: { addresses: 'local', ...host } } } });

    it('of a private authority', async () => {
      expect(await read({ caFile })).toMatchObject({ shells });
    });

    it.each<[what: string, host: () => HostConfig, message: string, help: string]>([
      [
        'of an authority that is not named',
        () => ({}),
        'cannot be read: its certificate is signed by an authority that is not trusted',
        'name its authority’s certificate in the configuration, as `caFile`',
      ],
      [
        'of another authority',
        () => ({ caFile: otherFile }),
        'cannot be read: its certificate is signed by an authority that is not trusted',
        'name its authority’s certificate in the configuration, as `caFile`',
      ],
    ])('is not trusted %s', async (_what, host, message, help) => {
      await expect(read(host())).rejects.toMatchObject({
        reason: 'unavailable',
        message: `\`${server.host}\` ${message}`,
        help,
      });
    });

    it('is not left out where it was configured to be', async () => {
      await expect(read({ plainHttp: true })).rejects.toMatchObject({
        reason: 'unavailable',
        message: `\`${server.host}\` answered 400`,
      });
    });
  });

  describe('without TLS', () => {
    let server: RegistryServer;
    let reference = '';
    beforeAll(async () => {
      server = await start();
      reference = await push(server, image(), { repository: 'hub/library/app' });
    });

    it('where configuration says so', async () => {
      expect(await inspect(reference)).toMatchObject({ shells });
    });

    it('and nowhere else', async () => {
      const hosts = { [server.host]: { addresses: 'local' } as const };
      await expect(inspect(reference, { config: { hosts } })).rejects.toMatchObject({
        reason: 'unavailable',
        message: `\`${server.host}\` cannot be read: it does not speak TLS as it is spoken here`,
        help: 'if it is meant to be without TLS, set `plainHttp` in the configuration',
      });
    });

    it('where it sends its readers elsewhere for layers, to hosts that are known to keep them', async () => {
      let storage = '';
      const shown: (string | undefined)[] = [];
      const content = await TestRegistry.start(undefined, ({ path, headers }, response) => {
        shown.push(headers.authorization);
        response.end(readFileSync(join(storage, path)));
        return true;
      });
      const keeper = content.host('127.0.0.1');
      const sending = await start({ contentUrl: `http://${keeper}`, htpasswd: alice.htpasswd });
      storage = sending.storage;
      const { authorization, credentials } = alice;
      const sent = await push(sending, image(), { repository: 'app', authorization });
      const withHosts = (contentHosts: readonly string[]) => ({
        hosts: { [sending.host]: { ...loopback, contentHosts }, '*': loopback },
      });
      const read = (contentHosts: readonly string[]) =>
        inspect(sent, { credentials, config: withHosts(contentHosts) });
      await expect(read([])).rejects.toMatchObject({
        reason: 'refused',
        message: `\`${sending.host}\` redirects to \`${keeper}\`, which is none of the hosts that are named`,
        help: expect.stringContaining('contentHosts'),
      });
      expect(content.lines).toEqual([]);
      expect(await read(['127.0.0.1:*'])).toMatchObject({ shells });
      expect(content.lines.length).toBeGreaterThan(0);
      expect(new Set(shown)).toEqual(new Set([undefined]));
    });

    it('by a mirror of a registry that is never asked itself', async () => {
      const hosts = { 'docker.io': { mirrors: [`${server.host}/hub`] }, [server.host]: loopback };
      const registry = clientOf([], { hosts });
      expect(await inspectImage(registry.image('app'))).toMatchObject({ shells });
      expect(() => registry.image('quay.io/app')).toThrow('images of `quay.io` may not be read');
    });

    it('by the registry where its mirror is down, and where the mirror has it not', async () => {
      const [nobody = 0] = await freePorts(1);
      const empty = await start();
      for (const mirror of [`127.0.0.1:${nobody}`, empty.host]) {
        const hosts = { [server.host]: { ...loopback, mirrors: [mirror] }, [mirror]: loopback };
        const registry = clientOf([server], { hosts, limits: { backoff: 1 } });
        expect(await inspectImage(registry.image(reference))).toMatchObject({ shells });
      }
    });
  });
});

describe('nothing is contacted that configuration does not allow', () => {
  /** Something on this machine that must not be reached; answers how often it was. */
  const canary = async () => {
    let contacts = 0;
    const server = createServer((socket) => {
      contacts++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    return { port, host: `127.0.0.1:${port}`, contacts: () => contacts };
  };

  it.each<[what: string, name: (port: number) => string]>([
    ['loopback', (port) => `127.0.0.1:${port}/app`],
    ['loopback by its name', (port) => `localhost:${port}/app`],
    ['loopback of IPv6', (port) => `[::1]:${port}/app`],
    ['any address of this machine', (port) => `0.0.0.0:${port}/app`],
    ['a number', (port) => `2130706433:${port}/app`],
    ['the metadata service', () => '169.254.169.254/latest/meta-data'],
  ])('by the name of an image: %s', async (_what, name) => {
    const { port, contacts } = await canary();
    const registry = clientOf([{ host: 'registry.example' }]);
    expect(() => registry.image(name(port))).toThrow(expect.objectContaining({ reason: 'refused' }));
    expect(contacts()).toBe(0);
  });

  it.each<[what: string, host: (port: number) => string]>([
    ['loopback', (port) => `127.0.0.1:${port}`],
    ['loopback by its name', (port) => `localhost:${port}`],
    ['any address of this machine', (port) => `0.0.0.0:${port}`],
    ['the metadata service', () => '169.254.169.254'],
  ])('by the name of an allowed registry that is at %s', async (_what, name) => {
    const { port, contacts } = await canary();
    const host = name(port);
    const registry = clientOf([], { allowedHosts: [host], hosts: { [host]: { plainHttp: true } } });
    await expect(inspectImage(registry.image(`${host}/app`))).rejects.toMatchObject({
      reason: 'refused',
      message: `\`${host}\` is at an address where it may not be`,
    });
    expect(contacts()).toBe(0);
  });

  it.each<[what: string, location: (port: number) => string, message: RegExp]>([
    ['loopback', (port) => `http://127.0.0.1:${port}/x`, /, which is not https$/],
    ['loopback, with TLS', (port) => `https://127.0.0.1:${port}/x`, /is at an address where it may not be$/],
    [
      'loopback by its name',
      (port) => `https://localhost:${port}/x`,
      /is at an address where it may not be$/,
    ],
    ['the metadata service', () => 'https://169.254.169.254/x', /is at an address where it may not be$/],
    ['another scheme', () => 'file:///etc/passwd', /, which is not https$/],
  ])('by a redirect to %s', async (_what, location, message) => {
    const { port, contacts } = await canary();
    const server = await TestRegistry.start(undefined, (_seen, response) =>
      response.writeHead(307, { location: location(port) }).end(),
    );
    const reference = `${server.host('127.0.0.1')}/app`;
    const read = inspect(reference, { config: { redirects: 'public' } });
    await expect(read).rejects.toMatchObject({ reason: 'refused', message: expect.stringMatching(message) });
    // Without that it is not even looked where it is.
    await expect(inspect(reference)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(/which is (?:not https|none of the hosts that are named)$/),
    });
    expect(contacts()).toBe(0);
  });

  it('by an issuer of tokens', async () => {
    const { host, contacts } = await canary();
    const challenge = `Bearer realm="http://${host}/token"`;
    const server = await TestRegistry.start(undefined, (_seen, response) =>
      deny(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge }),
    );
    const name = server.host('127.0.0.1');
    await expect(inspect(`${name}/app`)).rejects.toMatchObject({
      reason: 'refused',
      message: `\`${name}\` wants tokens of \`http://${host}\`, which is not known to issue them for it`,
    });
    expect(contacts()).toBe(0);
  });

  it('by a layer that says it lies elsewhere', async () => {
    const { host, contacts } = await canary();
    const source = imageOf({ layers: [[program('bin/bash', bash)]], form: 'docker' });
    const manifest = JSON.parse(source.top.bytes.toString()) as { layers: { urls?: string[] }[] };
    for (const layer of manifest.layers) layer.urls = [`http://${host}/layer`];
    const bytes = Buffer.from(JSON.stringify(manifest));
    source.top = { bytes, mediaType: source.top.mediaType, digest: undefined };
    const server = await TestRegistry.start(source);
    expect(await inspect(`${server.host('127.0.0.1')}/app`)).toMatchObject({ shells });
    expect(contacts()).toBe(0);
  });
});

describe('a registry that misbehaves', () => {
  const limits: Partial<RegistryLimits> = { attempts: 3, backoff: 20, backoffMost: 50 };
  const quick: RegistryConfig['limits'] = { ...limits, response: 300, stall: 300, document: 900 };

  interface Misbehaviour {
    readonly what: string;
    readonly quirk: Quirk;
    readonly reason: ImageErrorReason;
    /** After the registry's name. */
    readonly message: string;
    /** Requests that it gets. */
    readonly requests?: number;
    /** Milliseconds within which it is over. */
    readonly within: number;
  }

  /** The tag as it should be, and then this. */
  const afterHead =
    (answer: (response: ServerResponse) => unknown): Quirk =>
    ({ method }, response) => {
      if (method === 'HEAD') return false;
      answer(response);
      return true;
    };
  const onBlobs =
    (answer: (response: ServerResponse) => unknown): Quirk =>
    ({ path }, response) => {
      if (!path.includes('/blobs/')) return false;
      answer(response);
      return true;
    };
  const forever = (response: ServerResponse, chunk: Buffer): void => {
    const more = (): void => void (response.destroyed || response.write(chunk, more));
    more();
  };
  const drip = (response: ServerResponse, every: number): void => {
    const timer = setInterval(() => response.write(' '), every);
    response.once('close', () => clearInterval(timer));
  };

  it.each<Misbehaviour>([
    {
      what: 'wants a password that nobody has',
      quirk: (_seen, response) =>
        deny(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="x"' }),
      reason: 'unauthorized',
      message: 'answered 401',
      requests: 1,
      within: 5_000,
    },
    {
      what: 'answers 401 and does not say how to log in',
      quirk: (_seen, response) => deny(response, 401, 'UNAUTHORIZED'),
      reason: 'unauthorized',
      message: 'answered 401',
      requests: 1,
      within: 5_000,
    },
    {
      what: 'answers 429',
      quirk: (_seen, response) => deny(response, 429, 'TOOMANYREQUESTS'),
      reason: 'unavailable',
      message: 'answered 429',
      requests: 3,
      within: 5_000,
    },
    {
      what: 'answers 429 and asks to wait for a day',
      quirk: (_seen, response) => deny(response, 429, 'TOOMANYREQUESTS', { 'retry-after': '86400' }),
      reason: 'unavailable',
      message: 'answered 429',
      requests: 1,
      within: 5_000,
    },
    ...[500, 502, 503, 504].map((status) => ({
      what: `answers ${status}`,
      quirk: (_seen: unknown, response: ServerResponse) => deny(response, status, 'UNKNOWN'),
      reason: 'unavailable' as const,
      message: `answered ${status}`,
      requests: 3,
      within: 5_000,
    })),
    {
      what: 'stalls before it answers',
      quirk: () => true,
      reason: 'unavailable',
      message: 'has not answered within 300 ms',
      requests: 3,
      within: 5_000,
    },
    {
      what: 'stalls in the middle of a manifest',
      quirk: afterHead((response) => response.writeHead(200, { 'content-length': 500 }).write('{')),
      reason: 'unavailable',
      message: 'has sent nothing for 300 ms',
      requests: 4,
      within: 8_000,
    },
    {
      what: 'sends a manifest letter by letter',
      quirk: afterHead((response) => drip(response.writeHead(200), 50)),
      reason: 'unavailable',
      message: 'has not sent the manifest within 900 ms',
      requests: 4,
      within: 10_000,
    },
    {
      what: 'stalls in the middle of a blob',
      quirk: onBlobs((response) => response.writeHead(200).write('{')),
      reason: 'unavailable',
      message: 'has sent nothing for 300 ms',
      requests: 5,
      within: 8_000,
    },
    {
      what: 'breaks off',
      quirk: (_seen, response) => response.destroy(),
      reason: 'unavailable',
      message: 'cannot be read: the connection broke off',
      requests: 3,
      within: 5_000,
    },
    {
      what: 'redirects in circles',
      quirk: ({ path }, response) => response.writeHead(307, { location: path }).end(),
      reason: 'refused',
      message: 'redirects more than 5 times',
      requests: 6,
      within: 5_000,
    },
  ])('$what', async ({ quirk, reason, message, requests, within }) => {
    const server = await TestRegistry.start(image(), quirk);
    const name = server.host('127.0.0.1');
    const began = performance.now();
    await expect(inspect(`${name}/app`, { config: { limits: quick } })).rejects.toMatchObject({
      reason,
      message: `\`${name}\` ${message}`,
    });
    expect(performance.now() - began).toBeLessThan(within);
    expect(server.lines).toHaveLength(requests ?? 1);
  });

  it.each<[what: string, answer: (response: ServerResponse) => unknown]>([
    [
      'that says its size',
      (response) => forever(response.writeHead(200, { 'content-length': 50 * mib }), Buffer.alloc(mib, ' ')),
    ],
    ['that does not', (response) => forever(response.writeHead(200), Buffer.alloc(mib, ' '))],
  ])('has a manifest of 50 MB %s: no more is read than the limit', async (_what, answer) => {
    let socket: ServerResponse['socket'] = null;
    const server = await TestRegistry.start(
      image(),
      afterHead((response) => {
        socket = response.socket;
        answer(response);
      }),
    );
    const before = process.memoryUsage().rss;
    await expect(inspect(`${server.host('127.0.0.1')}/app`)).rejects.toMatchObject({
      reason: 'limit',
      message: 'the manifest is larger than 4194304 bytes',
    });
    // What the system holds between the two is not ours.
    expect((socket as { bytesWritten: number } | null)?.bytesWritten).toBeLessThan(20 * mib);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * mib);
  });

  it('is left as soon as nobody waits any more', async () => {
    const abort = new AbortController();
    const server = await TestRegistry.start(image(), () => {
      abort.abort();
      return true;
    });
    const began = performance.now();
    const read = inspect(`${server.host('127.0.0.1')}/app`, { signal: abort.signal });
    await expect(read).rejects.toMatchObject({ reason: 'cancelled' });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('and recovers is read', async () => {
    let times = 0;
    const server = await TestRegistry.start(image(), (_seen, response) =>
      times++ % 3 === 2 ? false : deny(response, times % 2 === 0 ? 503 : 429, 'BUSY', { 'retry-after': '0' }),
    );
    const read = inspect(`${server.host('127.0.0.1')}/app`, { config: { limits: quick } });
    expect(await read).toMatchObject({ shells });
  });
});
