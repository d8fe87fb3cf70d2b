import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { clusterClient } from '../../src/cluster/index.ts';
import { afterTest, apiServer, eventually } from './api-server.ts';

/** Timers of established connections to a port, as Linux numbers them (proc_net_tcp): 2 is that of keepalive. */
async function timers(port: number): Promise<readonly string[]> {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/self/net/tcp', 'utf8'))
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  const established = rows.filter(([, , far = '', state]) => far.endsWith(remote) && state === '01');
  return established.map(([, , , , , timer = '']) => timer.split(':')[0] ?? '');
}

describe.runIf(process.platform === 'linux')('a watch', () => {
  it('asks whether the other side is still there, though nothing comes', async () => {
    const server = await apiServer((_url, response) => void response.writeHead(200).flushHeaders());
    const client = await clusterClient(server.kubeconfig);
    if ('problem' in client) throw new Error(client.problem);
    const closed = new AbortController();
    afterTest(() => closed.abort());
    let isOpen = false;
    const onOpen = () => {
      isOpen = true;
    };
    client
      .lines('/watch', { idle: 60_000, signal: closed.signal, onOpen }, () => undefined)
      .catch(() => undefined);
    await eventually(() => expect(isOpen).toBe(true));

    // What was sent is acknowledged by then, and its own timer over.
    const { port } = new URL(client.server);
    await eventually(async () => expect(await timers(Number(port))).toEqual(['02']));
  });
});
