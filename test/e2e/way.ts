import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut and mended, and made to lead to another one, as a Service is. */
export interface Way {
  readonly port: number;
  /** Connections that are open go on to where they went. */
  readonly lead: (url: string) => void;
  readonly cut: () => Promise<void>;
  /** What is sent from now on arrives nowhere, and nobody is told; for good. */
  readonly swallow: () => void;
  readonly mend: () => Promise<void>;
}

/** @param url nowhere yet, if absent */
export async function wayTo(url?: string): Promise<Way> {
  let target = url;
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  const server = createServer((near) => {
    if (isSwallowing) {
      sockets.add(near.on('error', () => undefined).on('close', () => sockets.delete(near)));
      return;
    }
    const far = connect(target === undefined ? 1 : Number(new URL(target).port), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    lead(next) {
      target = next;
    },
    swallow() {
      isSwallowing = true;
      for (const socket of sockets) socket.unpipe();
    },
    async cut() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    async mend() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
