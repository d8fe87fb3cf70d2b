import { randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Authority, createAuthority, type KeyPair } from '../../control-plane/certificates.ts';
import type { RegistryServerOptions } from '../../registry/index.ts';

/** What came to the issuer. */
export interface TokenRequest {
  readonly method: string;
  readonly scope: string;
  readonly authorization: string | undefined;
}

/** Issues tokens for registries, as Docker's specification has it: to `reader`, by a password or an identity token. */
export interface TokenServer {
  readonly host: string;
  /** What a registry needs to know of it. */
  readonly trust: NonNullable<RegistryServerOptions['tokens']>;
  readonly seen: TokenRequest[];
  /** An Authorization header that lets its bearer push. */
  readonly pushing: (repository: string) => string;
  readonly stop: () => Promise<void>;
}

export const reader = { username: 'reader', password: 'read: please', identityToken: 'identity-of-reader' };

const service = 'registry of tests';
const issuer = 'issuer of tests';

export async function startTokenServer(): Promise<TokenServer> {
  const authority: Authority = await createAuthority();
  const pair = await authority.server(['issuer.test']);
  const seen: TokenRequest[] = [];
  const server = createServer((request, response) => {
    void read(request).then(({ seen: one, granted }) => {
      seen.push(one);
      const [, name = '', actions = ''] = /^repository:(.+):([a-z,*]+)$/.exec(one.scope) ?? [];
      const token = tokenOf(pair, granted ? [{ type: 'repository', name, actions: actions.split(',') }] : []);
      const refused = one.authorization !== undefined && !granted;
      response.writeHead(refused ? 401 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refused ? { details: 'wrong' } : { token, expires_in: 300 }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    trust: { realm: `http://${host}/token`, service, issuer, authority: authority.certificate },
    seen,
    pushing: (name) => `Bearer ${tokenOf(pair, [{ type: 'repository', name, actions: ['pull', 'push'] }])}`,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<{ seen: TokenRequest; granted: boolean }> {
  const { method = '', url = '', headers } = request;
  const form = new URLSearchParams(await text(request));
  const scope = form.get('scope') ?? new URL(url, 'http://x').searchParams.get('scope') ?? '';
  const basic = `Basic ${Buffer.from(`${reader.username}:${reader.password}`).toString('base64')}`;
  const isPost = method === 'POST';
  const granted = isPost
    ? form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === reader.identityToken
    : headers.authorization === basic;
  const { authorization } = headers;
  return { seen: { method, scope, authorization: isPost ? 'form' : authorization }, granted };
}

/** A JSON Web Token, with the certificate of the key that signs it. */
function tokenOf({ certificate, key }: KeyPair, access: readonly object[]): string {
  const now = Math.floor(Date.now() / 1000);
  const der = certificate.replaceAll(/-----[^-]+-----|\s/g, '');
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ typ: 'JWT', alg: 'ES256', x5c: [der] });
  const claims = part({
    iss: issuer,
    sub: reader.username,
    aud: service,
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access,
  });
  const signature = sign('sha256', Buffer.from(`${header}.${claims}`), { key, dsaEncoding: 'ieee-p1363' });
  return `${header}.${claims}.${signature.toString('base64url')}`;
}
