import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';

// Sockets and processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** Settled when the check passes, which it must within ten seconds. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, 10_000);
}

type Handler = (url: URL, response: ServerResponse, accept: string) => void;

/** A stand-in for an API server whose every answer the test decides: what a real one does only once in a while. */
export async function apiServer(handler: Handler) {
  let answer = handler;
  const urls: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    urls.push(`${url.pathname}${url.search}`);
    answer(url, response, request.headers.accept ?? '');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'abatis-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'u', user: { token: 'secret-token' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) server.close(() => resolve());
      else resolve();
    });
  cleanups.push(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });
  return {
    kubeconfig,
    urls,
    stop,
    start: () => listen(port),
    become: (next: Handler) => {
      answer = next;
    },
  };
}

const cleanups: (() => unknown)[] = [];

/** Has something done after the test, whatever its outcome. */
export function afterTest(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** One line of a watch. */
export function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

export function namespace(name: string, version: number, labels: JsonObject = {}) {
  return {
    metadata: {
      name,
      resourceVersion: String(version),
      labels,
      managedFields: [{ manager: 'kubectl', fieldsV1: {} }],
    },
    spec: { finalizers: ['kubernetes'] },
  };
}

export function namespaceList(version: number, items: readonly unknown[], next?: string) {
  return {
    kind: 'NamespaceList',
    metadata: { resourceVersion: String(version), ...(next !== undefined && { continue: next }) },
    items,
  };
}
