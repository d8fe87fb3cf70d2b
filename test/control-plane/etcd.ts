import { join } from 'node:path';

/** The flags of an etcd of one member, its data in `folder`; it forgets safety for speed. */
export function etcdFlags(
  folder: string,
  ports: { readonly etcd: number; readonly peer: number },
): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  const flags = {
    name: 'default',
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'unsafe-no-fsync': 'true',
  };
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
