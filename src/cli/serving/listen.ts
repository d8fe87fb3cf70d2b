import type { Socket } from 'node:net';
import type { webhookApp } from '../../webhook/index.ts';

type App = ReturnType<typeof webhookApp>;

export interface Endpoint {
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  /** 0: any that is free. */
  readonly port: number;
}

/** Opens the port. Answers the address for people, or in a sentence why there is none. */
export async function listen(app: App, endpoint: Endpoint): Promise<string | { readonly problem: string }> {
  const { host, port } = endpoint;
  endUnused(app);
  try {
    await open(app, endpoint);
  } catch (error) {
    return { problem: problemOf(error, endpoint) };
  }
  const bound = app.server.address();
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port;
  const shown = host ?? 'localhost';
  return `https://${shown.includes(':') ? `[${shown}]` : shown}:${actual}`;
}

/**
 * Ends connections that nothing was ever asked on when the application closes. Node takes them for busy, and would wait
 * for their first request; API servers hold some in reserve, for they open more than they turn out to need.
 */
function endUnused(app: App): void {
  const unused = new Set<Socket>();
  app.server.on('secureConnection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }: { readonly socket: Socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
  });
}

async function open(app: App, { host, port }: Endpoint): Promise<void> {
  try {
    await app.listen({ host: host ?? '::', port });
  } catch (error) {
    // A machine without IPv6.
    if (host !== undefined || codeOf(error) !== 'EAFNOSUPPORT') throw error;
    await app.listen({ host: '0.0.0.0', port });
  }
}

function problemOf(error: unknown, { host, port }: Endpoint): string {
  const where = host === undefined ? `port \`${port}\`` : `\`${host}\` port \`${port}\``;
  const message = error instanceof Error ? error.message : String(error);
  return `cannot listen on ${where}: ${reasons[codeOf(error)] ?? message}`;
}

const reasons: { readonly [code: string]: string } = {
  EADDRINUSE: 'somebody else listens there',
  EACCES: 'it takes more rights than this process has',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
