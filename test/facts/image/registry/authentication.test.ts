import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  type Credential,
  type CredentialSource,
  collect,
  inspectImage,
  type RegistryConfig,
} from '../../../../src/facts/image/index.ts';
import { dash } from '../binaries.ts';
import { imageOf } from '../image.ts';
import { program } from '../tar.ts';
import { client, deny, type Seen, TestRegistry, TestTiming } from './server.ts';

const image = () => imageOf([[program('bin/sh', dash)]]);
const reading = { signal: new AbortController().signal, maxBytes: 4 * 1024 * 1024 };
const having = (...credentials: readonly Credential[]): CredentialSource => ({
  lookup: async () => credentials,
});
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const alice: Credential = { username: 'alice', password: 'pass:word' };
const mallory: Credential = { username: 'mallory', password: 'guess' };

function wantsBasic({ headers }: Seen, response: ServerResponse): unknown {
  if (headers.authorization === basic('alice', 'pass:word')) return false;
  return deny(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="it"' });
}

interface Issuing {
  /** What credentials get. */
  readonly token?: (seen: Seen) => object | number;
  /** Which tokens are let in. */
  readonly good?: (token: string) => boolean;
  readonly realm?: (host: string) => string;
}

/** A registry that issues its own tokens. */
async function withTokens({
  token,
  good = (token) => token === 'good',
  realm,
}: Issuing): Promise<TestRegistry> {
  const server: TestRegistry = await TestRegistry.start(image(), (seen, response) => {
    if (seen.path.startsWith('/token')) {
      const answer = token?.(seen) ?? { token: 'good' };
      if (typeof answer === 'number') return deny(response, answer);
      return response.end(JSON.stringify(answer));
    }
    if (good(seen.headers.authorization?.replace('Bearer ', '') ?? '')) return false;
    const from = realm?.(server.host()) ?? `http://${server.host()}/token?extra=1`;
    const challenge = `Bearer realm="${from}",service="registry of tests",scope="repository:app:pull,push,delete"`;
    return deny(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
  });
  return server;
}

const resolve = (
  server: TestRegistry,
  credentials?: CredentialSource,
  config: Partial<RegistryConfig> = {},
) => client([server], config).image(`${server.host()}/app`, credentials).resolve(reading);

describe('Basic', () => {
  test('is shown only when it is asked for, and kept', async () => {
    const server = await TestRegistry.start(image(), wantsBasic);
    const facts = await inspectImage(client([server]).image(`${server.host()}/app`, having(alice)));
    expect(facts.shells).toHaveLength(1);
    const shown = server.seen.map(({ headers }) => headers.authorization);
    expect(shown.filter((header) => header === undefined)).toHaveLength(1);
    expect(shown[0]).toBeUndefined();
  });

  test('with several credentials, in their order', async () => {
    const server = await TestRegistry.start(image(), wantsBasic);
    await resolve(server, having(mallory, alice));
    expect(server.seen.slice(0, 3).map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      basic('mallory', 'guess'),
      basic('alice', 'pass:word'),
    ]);
  });

  test.each([
    ['none', having()],
    ['wrong ones', having(mallory)],
    ['a name with a colon', having({ username: 'alice:pass', password: 'word' })],
  ])('with %s is denied, and says nothing secret', async (_what, credentials) => {
    const server = await TestRegistry.start(image(), wantsBasic);
    const error = (await resolve(server, credentials).catch((error: unknown) => error)) as Error;
    expect(error).toMatchObject({
      reason: 'unauthorized',
      message: `\`${server.host()}\` answered 401`,
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/guess|pass|mallory/);
  });

  test('is not sent where a registry redirects to, even where that leads back', async () => {
    const source = image();
    const storage: TestRegistry = await TestRegistry.start(source, ({ path }, response) => {
      if (path !== '/back') return false;
      response.writeHead(307, { location: `http://${server.host()}/v2/app/blobs/other` });
      return response.end();
    });
    const server: TestRegistry = await TestRegistry.start(source, (seen, response) => {
      if (seen.path.endsWith('/other')) return deny(response, 404);
      if (!seen.path.includes('/blobs/')) return wantsBasic(seen, response);
      const path = seen.path.endsWith(source.blobs.keys().next().value ?? '') ? seen.path : '/back';
      response.writeHead(307, { location: `http://${storage.host()}${path}` });
      return response.end();
    });
    const from = client([server, storage]).image(`${server.host()}/app`, having(alice));
    await from.resolve(reading);
    for (const [digest, bytes] of source.blobs) {
      const blob = from.blob({ mediaType: 'x', digest, size: bytes.length }, reading.signal);
      await collect(blob, bytes.length, 'blob').catch(() => {});
    }
    expect(storage.lines.length).toBeGreaterThan(1);
    expect(storage.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    const back = server.seen.filter(({ path }) => path.endsWith('/other'));
    expect(back.length).toBeGreaterThan(0);
    expect(back.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });
});

describe('Bearer', () => {
  test('asks the issuer for pulling and nothing else, once', async () => {
    const server = await withTokens({});
    const facts = await inspectImage(client([server]).image(`${server.host()}/app`, having(alice)));
    expect(facts.shells).toHaveLength(1);
    const tokens = server.seen.filter(({ path }) => path.startsWith('/token'));
    expect(tokens).toHaveLength(1);
    expect(tokens[0]?.path).toBe('/token?extra=1&service=registry+of+tests&scope=repository%3Aapp%3Apull');
    expect(tokens[0]?.headers.authorization).toBe(basic('alice', 'pass:word'));
  });

  test('without credentials gets an anonymous token', async () => {
    const server = await withTokens({
      token: ({ headers }) => (headers.authorization ? 403 : { token: 'good' }),
    });
    await resolve(server);
    // As is who has only credentials that are not good.
    await resolve(server, having(mallory));
  });

  test('tokens are shared between images until shortly before they expire', async () => {
    let count = 0;
    const server = await withTokens({
      token: () => ({ access_token: `good${++count}`, expires_in: 100 }),
      good: (token) => token.startsWith('good'),
    });
    const timing = new TestTiming();
    const registry = client([server], {}, { timing });
    const read = (credentials: CredentialSource) =>
      registry.image(`${server.host()}/app`, credentials).resolve(reading);
    await read(having(alice));
    timing.time += 89_000;
    await read(having({ ...alice }));
    expect(count).toBe(1);
    await read(having(mallory));
    expect(count).toBe(2);
    timing.time += 2_000;
    await read(having(alice));
    expect(count).toBe(3);
  });

  test('a token that is withdrawn early is replaced', async () => {
    let count = 0;
    const server = await withTokens({
      token: () => ({ token: `token${++count}`, expires_in: 3600 }),
      good: (token) => token === `token${count}` && count !== 1,
    });
    count = 1;
    const registry = client([server]);
    await registry.image(`${server.host()}/app`).resolve(reading);
    expect(count).toBe(2);
    count = 3;
    await registry.image(`${server.host()}/app`).resolve(reading);
    expect(count).toBe(4);
  });

  test('an identity token is exchanged in the body of a POST', async () => {
    const server = await withTokens({
      token: ({ method, body }) =>
        method === 'POST' && new URLSearchParams(body).get('refresh_token') === 'refresh me'
          ? { access_token: 'good' }
          : 401,
    });
    await resolve(server, having({ identityToken: 'refresh me' }));
    const form = new URLSearchParams(server.seen.find(({ method }) => method === 'POST')?.body);
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'refresh_token',
      client_id: 'abatis',
      scope: 'repository:app:pull',
      service: 'registry of tests',
      refresh_token: 'refresh me',
    });
  });

  test('a registry token is shown as it is', async () => {
    const server = await withTokens({});
    await resolve(server, having({ registryToken: 'good' }));
    expect(server.lines.some((line) => line.includes('/token'))).toBe(false);
  });

  test.each([
    ['another host', () => 'http://issuer.test/token', 'refused'],
    ['another port', () => 'http://registry.test:1/token', 'refused'],
    ['an address of this machine', () => 'http://127.0.0.1/token', 'refused'],
    ['the metadata service', () => 'http://169.254.169.254/token', 'refused'],
    ['another scheme', () => 'file:///etc/passwd', 'malformed'],
    ['an address with credentials', (host: string) => `http://user:pass@${host}/token`, 'refused'],
    ['no address', () => 'token', 'malformed'],
  ])('an issuer at %s is not asked', async (_what, realm, reason) => {
    const server = await withTokens({ realm });
    await expect(resolve(server, having(alice))).rejects.toMatchObject({ reason });
    expect(server.lines).toHaveLength(1);
  });

  test('an issuer elsewhere is asked where configuration names it', async () => {
    const issuer = await TestRegistry.start(undefined, (_seen, response) => response.end('{"token":"good"}'));
    const server = await withTokens({ realm: () => `http://${issuer.host('auth.test')}/token` });
    const local = { plainHttp: true, addresses: 'local' } as const;
    const hosts = {
      [server.host()]: { ...local, tokenHosts: [issuer.host('auth.test')] },
      [issuer.host('auth.test')]: local,
    };
    await resolve(server, having(alice), { hosts });
    expect(issuer.seen[0]?.headers.authorization).toBe(basic('alice', 'pass:word'));
  });

  test('an issuer that redirects is not followed', async () => {
    const elsewhere = await TestRegistry.start();
    const server: TestRegistry = await TestRegistry.start(image(), ({ path }, response) => {
      const location = `http://${elsewhere.host()}/token`;
      if (path.startsWith('/token')) return response.writeHead(307, { location }).end();
      const challenge = `Bearer realm="http://${server.host()}/token"`;
      return deny(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
    });
    const read = client([server, elsewhere]).image(`${server.host()}/app`, having(alice)).resolve(reading);
    await expect(read).rejects.toMatchObject({ reason: 'unauthorized' });
    expect(elsewhere.lines).toEqual([]);
  });

  test.each<[what: string, answer: object, reason: string]>([
    ['no token', {}, 'malformed'],
    ['a number', { token: 5 }, 'malformed'],
    ['a token with a line break', { token: 'a\r\nHost: evil' }, 'unauthorized'],
    ['half a megabyte', { token: 'x'.repeat(500_000) }, 'limit'],
  ])('an issuer that answers with %s', async (_what, token, reason) => {
    const server = await withTokens({ token: () => token });
    await expect(resolve(server)).rejects.toMatchObject({ reason });
  });

  test('goes before Basic where a registry takes both', async () => {
    const server: TestRegistry = await TestRegistry.start(image(), ({ path, headers }, response) => {
      if (path.startsWith('/token')) return response.end('{"token":"good"}');
      if (headers.authorization === 'Bearer good') return false;
      response.setHeader('www-authenticate', [
        'Basic realm="x"',
        `Bearer realm="http://${server.host()}/token"`,
      ]);
      return deny(response, 401);
    });
    await resolve(server, having(alice));
  });
});

describe('what is not there', () => {
  test('is said to be so after one credential was let in', async () => {
    const server = await TestRegistry.start(undefined, wantsBasic);
    await expect(resolve(server, having(mallory, alice))).rejects.toMatchObject({
      reason: 'notFound',
      message: `\`${server.host()}\` answered 404`,
    });
  });

  test('may be there for others: a registry that hides it is asked at its root how to log in', async () => {
    const server = await TestRegistry.start(image(), (seen, response) => {
      if (seen.path === '/v2/' || seen.headers.authorization !== undefined) return wantsBasic(seen, response);
      return deny(response, 404, 'NAME_UNKNOWN');
    });
    await resolve(server, having(alice));
    expect(server.lines.slice(0, 3)).toEqual([
      'HEAD /v2/app/manifests/latest',
      'GET /v2/',
      'HEAD /v2/app/manifests/latest',
    ]);
  });
});
