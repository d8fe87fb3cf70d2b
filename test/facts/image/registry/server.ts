import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import {
  Registry,
  type RegistryConfig,
  type RegistryOptions,
  type Timing,
} from '../../../../src/facts/image/index.ts';
import type { MemorySource } from '../image.ts';

/** What came to a registry. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers a request, or leaves it to the registry by answering `false`. */
export type Quirk = (seen: Seen, response: ServerResponse) => unknown;

/** A registry in this process, on loopback. It has what its source has, and misbehaves as a test tells it. */
export class TestRegistry {
  readonly seen: Seen[] = [];
  readonly port: number;
  readonly #source: MemorySource | undefined;
  readonly #quirk: Quirk;

  private constructor(server: Server, source: MemorySource | undefined, quirk: Quirk) {
    this.#source = source;
    this.#quirk = quirk;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#answer(request, response));
    onTestFinished(async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    });
  }

  static async start(
    source?: MemorySource,
    quirk: Quirk = () => false,
    tls?: { readonly certificate: string; readonly key: string },
  ): Promise<TestRegistry> {
    const server =
      tls === undefined ? createServer() : createTlsServer({ cert: tls.certificate, key: tls.key });
    server.on('clientError', (_error, socket) => socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TestRegistry(server, source, quirk);
  }

  /** By any name that tests like. */
  host(name = 'registry.test'): string {
    return `${name}:${this.port}`;
  }

  /** Requests as `GET /v2/…`. */
  get lines(): string[] {
    return this.seen.map(({ method, path }) => `${method} ${path}`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const { method = '', url: path = '', headers } = request;
    const seen = { method, path, headers, body: await text(request) };
    this.seen.push(seen);
    if ((await this.#quirk(seen, response)) !== false || response.headersSent) return;
    if (path === '/v2/') return void response.end('{}');
    const [, kind, name = ''] = /\/(manifests|blobs)\/([^/?]+)$/.exec(path) ?? [];
    const top = this.#source?.top;
    const isTop = kind === 'manifests' && (!name.includes(':') || name === top?.digest);
    const bytes = isTop ? top?.bytes : this.#source?.blobs.get(name);
    if (bytes === undefined) return void deny(response, 404, 'MANIFEST_UNKNOWN');
    response.writeHead(200, {
      'content-length': bytes.length,
      ...(isTop && {
        'content-type': top?.mediaType ?? 'text/plain',
        'docker-content-digest': top?.digest ?? '',
      }),
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}

/** An error as registries put it. */
export function deny(
  response: ServerResponse,
  status: number,
  code = 'DENIED',
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ errors: [{ code, message: 'anything at all' }] }));
}

/** Time that passes at once: what was slept for is written down. */
export class TestTiming implements Timing {
  readonly slept: number[] = [];
  time = Date.parse('2026-11-21T12:00:00Z');
  chance = 0.5;
  /** What calls after so many milliseconds are called at once, as if they had passed. */
  readonly late = new Set<number>();

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.time += milliseconds;
  }

  after(milliseconds: number, run: () => void): () => void {
    if (!this.late.has(milliseconds)) return () => {};
    const timer = setTimeout(run, 20);
    return () => clearTimeout(timer);
  }
}

/** A client to whom every host name is this machine, where the names of servers may be. */
export function client(
  servers: readonly TestRegistry[],
  config: Partial<RegistryConfig> = {},
  options: RegistryOptions = {},
): Registry {
  const names = servers.flatMap((server) => [server.host(), server.host('other.test')]);
  const registry = new Registry(
    {
      allowedHosts: servers.map((server) => server.host()),
      ...config,
      hosts: {
        ...Object.fromEntries(names.map((name) => [name, { plainHttp: true, addresses: 'local' }])),
        ...config.hosts,
      },
    },
    { timing: new TestTiming(), resolve: async () => ['127.0.0.1'], ...options },
  );
  onTestFinished(() => registry.close());
  return registry;
}
