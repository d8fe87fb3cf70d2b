import { connect, createServer, type Socket } from 'node:net';

/** What kube-proxy makes of a Service: an address whose new connections go to one endpoint after the other. */
export interface ServiceProxy {
  readonly port: number;
  /** Ports of 127.0.0.1 that new connections go to from now on; open ones stay where they are. */
  endpoints(ports: readonly number[]): void;
  /** Connections to this port that were refused, or ended by it. */
  lost(port: number): number;
  close(): void;
}

export async function startProxy(): Promise<ServiceProxy> {
  let current: readonly number[] = [];
  let next = 0;
  const open = new Set<Socket>();
  const lost = new Map<number, number>();
  const server = createServer((incoming) => {
    const port = current[next++ % Math.max(1, current.length)];
    if (port === undefined) return void incoming.destroy();
    const outgoing = connect(port, '127.0.0.1');
    for (const socket of [incoming, outgoing]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
    }
    incoming.pipe(outgoing).pipe(incoming);
    let isGivenUp = false;
    incoming.on('close', () => {
      isGivenUp = true;
      outgoing.destroy();
    });
    outgoing.on('close', () => {
      if (!isGivenUp) lost.set(port, (lost.get(port) ?? 0) + 1);
      incoming.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  return {
    port: address.port,
    endpoints: (ports) => {
      current = ports;
    },
    lost: (port) => lost.get(port) ?? 0,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
