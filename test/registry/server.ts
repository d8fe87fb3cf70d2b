import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { KeyPair } from '../control-plane/certificates.ts';
import { freePorts, type Keeper, startKeeper } from '../control-plane/index.ts';

export interface RegistryServerOptions {
  /** Speaks TLS with this certificate. */
  readonly tls?: KeyPair;
  /** Lets in whom this htpasswd file (bcrypt) names, by Basic. */
  readonly htpasswd?: string;
  /** Lets in who has a token of this issuer, signed by a certificate of the authority. */
  readonly tokens?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    /** PEM */
    readonly authority: string;
  };
  /** Sends readers of blobs elsewhere: to their path in its storage, beneath this address. */
  readonly contentUrl?: string;
}

/** A registry on a port of 127.0.0.1, empty at first. It ends with this process, however that ends. */
export interface RegistryServer {
  /** As it stands in references: `127.0.0.1:PORT`. */
  readonly host: string;
  readonly url: string;
  /** The file in which it keeps a blob. */
  readonly blobFile: (digest: string) => string;
  /** The folder of its storage. */
  readonly storage: string;
  readonly logs: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Longer than a loaded machine needs; it is a matter of milliseconds. */
const startLimit = 60_000;

/** @param program its path (see `obtainRegistry`) */
export async function startRegistry(
  program: string,
  options: RegistryServerOptions = {},
): Promise<RegistryServer> {
  const failures: string[] = [];
  // A port that was free may be taken when it is used: that is worth another try.
  while (failures.length < 3) {
    const attempt = await tryToStart(program, options);
    if (typeof attempt !== 'string') return attempt;
    failures.push(attempt);
  }
  throw new Error(`the registry did not start: ${failures.at(-1)}`);
}

async function tryToStart(program: string, options: RegistryServerOptions): Promise<RegistryServer | string> {
  const keeper = await startKeeper();
  try {
    const [port = 0] = await freePorts(1);
    const file = join(keeper.folder, 'config.yml');
    // YAML takes JSON as it is.
    writeFileSync(file, JSON.stringify(configuration(keeper.folder, port, options)));
    keeper.run({ name: 'registry', command: program, args: ['serve', file] });
    const problem = await untilReady(port, keeper);
    if (problem !== undefined) {
      const report = `${problem}\n${await keeper.logs()}`;
      await keeper.end();
      return report;
    }
    const host = `127.0.0.1:${port}`;
    const storage = join(keeper.folder, 'storage');
    return {
      host,
      url: `${options.tls === undefined ? 'http' : 'https'}://${host}`,
      blobFile: (digest) => {
        const [algorithm = '', hex = ''] = digest.split(':');
        const blobs = join(storage, 'docker/registry/v2/blobs');
        return join(blobs, algorithm, hex.slice(0, 2), hex, 'data');
      },
      storage,
      logs: keeper.logs,
      stop: keeper.end,
    };
  } catch (error) {
    await keeper.end();
    throw error;
  }
}

/** What the program reads: https://distribution.github.io/distribution/about/configuration/ */
function configuration(folder: string, port: number, options: RegistryServerOptions) {
  const { tls, htpasswd, tokens, contentUrl } = options;
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') } },
    http: {
      addr: `127.0.0.1:${port}`,
      ...(tls && { tls: { certificate: write('tls.crt', tls.certificate), key: write('tls.key', tls.key) } }),
    },
    ...(htpasswd !== undefined && {
      auth: { htpasswd: { realm: 'tests', path: write('htpasswd', htpasswd) } },
    }),
    ...(tokens && {
      auth: {
        token: {
          realm: tokens.realm,
          service: tokens.service,
          issuer: tokens.issuer,
          rootcertbundle: write('issuer.pem', tokens.authority),
        },
      },
    }),
    ...(contentUrl !== undefined && {
      middleware: { storage: [{ name: 'redirect', options: { baseurl: contentUrl } }] },
    }),
    // Without it layers that lie elsewhere are refused.
    validation: { manifests: { urls: { allow: ['^https://'] } } },
  };
}

async function untilReady(port: number, keeper: Keeper): Promise<string | undefined> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    for (const [name, how] of keeper.endings) return `${name} ended: ${how}`;
    if (await listens(port)) return undefined;
    await pause(20);
  }
  return `not ready after ${startLimit / 1000} s`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
