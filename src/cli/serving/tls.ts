import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import type { Logger } from 'pino';
import type { ClusterClient, KeyPair } from '../../cluster/index.ts';
import type { Metrics, ReadinessCheck, WebhookOptions } from '../../webhook/index.ts';
import { type CertificateOptions, certificateSource, readClientAuthorities } from './certificate.ts';

export interface TlsOptions extends CertificateOptions {
  /** A file with the authorities that who posts must have a certificate of. */
  readonly clientCa?: string;
  /** The names that such a certificate may be for; none: any. */
  readonly clientNames: readonly string[];
  /** Older versions are refused. */
  readonly tlsMinVersion: TlsVersion;
}

/** The versions of TLS that a server may be told to begin with. */
export const tlsVersions = ['1.2', '1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** The certificates that a server shows and asks for, kept up to date. */
export interface Tls {
  /** In words, for people. */
  readonly origin: string;
  /** Files to watch. */
  readonly files: readonly string[];
  readonly options: Pick<WebhookOptions, 'https' | 'clientNames'>;
  /** From now on the server's next connections are shown what is new. */
  attach(server: Server): void;
  /** Looks whether there is something new. Connections that are open go on as they are. */
  renew(): Promise<void>;
  readiness(): ReadinessCheck;
  stop(): void;
}

/** The first certificate; an answer in words where the server cannot start for want of one. */
export async function serverTls(
  options: TlsOptions,
  client: ClusterClient | undefined,
  metrics: Metrics,
  log: Logger,
): Promise<Tls | { readonly problem: string; readonly help: string }> {
  let problem: string | undefined;
  // The same trouble once a minute is one line, even where there is more than one.
  const told = new Map<string, string>();
  function complain(level: 'warn' | 'error', message: string, what: string): void {
    if (told.get(message) !== what) log[level]({ problem: what }, message);
    told.set(message, what);
  }
  const stays = 'the new certificate cannot be used; the former one stays';
  function lack(error: unknown): void {
    problem = messageOf(error);
    if (pair === undefined) complain('warn', 'there is no certificate yet', problem);
    else complain('error', stays, problem);
  }
  const source = certificateSource(options, client, {
    onChange: (message) => log.info({}, message),
    onProblem: (what) => complain('warn', 'the authority cannot be published', what),
  });
  const { clientCa, clientNames } = options;
  const versions = { minVersion: `TLSv${options.tlsMinVersion}` } as const;
  let pair: KeyPair | undefined;
  let ca: string | undefined;
  let notAfter: Date | undefined;
  let server: Server | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function use(next: KeyPair): void {
    pair = next;
    notAfter = new X509Certificate(next.cert).validToDate;
    metrics.certificate(notAfter);
  }

  try {
    if (clientCa !== undefined) ca = await readClientAuthorities(clientCa);
  } catch (error) {
    return { problem: `there are no clients to trust: ${messageOf(error)}`, help: 'check `--client-ca`' };
  }
  try {
    use(await source.get());
  } catch (error) {
    if (!source.mayBeLate) {
      const help = 'check `--cert` and `--key`, or `--cert-dir`';
      return { problem: `there is no certificate to serve with: ${messageOf(error)}`, help };
    }
    lack(error);
  }

  async function look(): Promise<void> {
    try {
      const next = await source.get();
      const nextCa = clientCa === undefined ? undefined : await readClientAuthorities(clientCa);
      told.delete(stays);
      if (next.cert === pair?.cert && next.key === pair.key && nextCa === ca) return;
      server?.setSecureContext({
        ...versions,
        cert: next.cert,
        key: next.key,
        ...(nextCa !== undefined && { ca: nextCa }),
      });
      const isNew = next.cert !== pair?.cert;
      ca = nextCa;
      use(next);
      told.clear();
      log.info({ until: notAfter }, isNew ? 'serving with a new certificate' : 'other clients are trusted');
    } catch (error) {
      lack(error);
    }
  }

  // One after the other, so that the last one to start is the one that counts.
  let queue = Promise.resolve();
  function renew(): Promise<void> {
    queue = queue.then(look);
    return queue;
  }

  // Replicas that were started together need not ask together.
  function schedule(): void {
    if (isStopped) return;
    timer = setTimeout(() => void renew().then(schedule), source.interval * (0.75 + Math.random() / 4));
    timer.unref();
  }

  return {
    origin: source.origin,
    files: [...source.files, ...(clientCa === undefined ? [] : [clientCa])],
    options: {
      https: { ...versions, ...pair, ...(ca !== undefined && { ca }) },
      ...(clientCa !== undefined && { clientNames }),
    },
    attach(listening) {
      server = listening;
      schedule();
    },
    renew,
    readiness() {
      const ok = notAfter !== undefined && notAfter.getTime() > Date.now();
      const until = notAfter?.toISOString().replace('.000Z', 'Z');
      const detail =
        notAfter === undefined ? `none yet: ${problem}` : `${ok ? 'valid until' : 'expired at'} ${until}`;
      return { name: 'certificate', ok, detail };
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
