import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import {
  bundlesByHand,
  type ClusterClient,
  certificatesInFolder,
  certificatesInMemory,
  certificatesInSecret,
  type KeyPair,
  webhookConfigurations,
} from '../../cluster/index.ts';

/** Where a certificate is shared by replicas. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
  /** In milliseconds. */
  readonly certLife: number;
  readonly caLife: number;
  /** Webhook configurations whose caBundle is kept up to date. */
  readonly configurations: readonly string[];
}

export interface CertificateOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly certDir?: string;
  readonly certSecret?: SecretPlace;
  readonly tlsName: readonly string[];
}

/** Where the server's certificate comes from. Asked again and again, it gives a new one when it is time. */
export interface CertificateSource {
  /** In words, for people. */
  readonly origin: string;
  /** Files to watch. */
  readonly files: readonly string[];
  /** In milliseconds: how often to ask. */
  readonly interval: number;
  /** Whether to start without one and go on asking, rather than not to start. */
  readonly mayBeLate: boolean;
  /** Rejects with an error whose message is for the user. */
  readonly get: () => Promise<KeyPair>;
}

/** What a source has to say between two certificates. */
export interface SourceReport {
  readonly onChange: (message: string) => void;
  readonly onProblem: (problem: string) => void;
}

const second = 1000;
const hour = 60 * 60 * second;

const changes = {
  authority: 'made a new authority',
  leaf: 'made a new certificate',
  published: 'published the authorities in the webhook configurations',
} as const;

/**
 * By files somebody else made, in a folder of our own, in a Secret, or for as long as the process lives.
 * @param client needed for a Secret
 */
export function certificateSource(
  { cert, key, certDir, certSecret, tlsName }: CertificateOptions,
  client: ClusterClient | undefined,
  { onChange, onProblem }: SourceReport,
): CertificateSource {
  if (cert !== undefined && key !== undefined) {
    const get = () => readPair(cert, key);
    return { origin: `\`${cert}\``, files: [cert, key], interval: hour, mayBeLate: false, get };
  }
  if (certSecret !== undefined && client !== undefined) {
    const { namespace, name, certLife, caLife, configurations } = certSecret;
    const make = certificatesInSecret(client, {
      namespace,
      name,
      names: tlsName,
      // API servers hear of a changed webhook configuration at once; a minute is for those that were out of reach.
      lives: { leaf: certLife, authority: caLife, settling: Math.min(60 * second, certLife / 6) },
      publisher: configurations.length === 0 ? bundlesByHand : webhookConfigurations(client, configurations),
      onChange: (what) => onChange(changes[what]),
      onProblem,
    });
    return {
      origin: `the certificate in the Secret \`${namespace}/${name}\``,
      files: [],
      interval: Math.min(60 * second, certLife / 30),
      mayBeLate: true,
      get: () => make(Date.now()),
    };
  }
  const make = certDir === undefined ? certificatesInMemory(tlsName) : certificatesInFolder(certDir, tlsName);
  return {
    origin:
      certDir === undefined ? 'a certificate made for this run' : `a certificate made in \`${certDir}\``,
    files: [],
    interval: hour,
    mayBeLate: false,
    get: () => make(Date.now()),
  };
}

async function readPair(certFile: string, keyFile: string): Promise<KeyPair> {
  const cert = await readFile(certFile, 'utf8');
  const key = await readFile(keyFile, 'utf8');
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new Error(`\`${certFile}\` and \`${keyFile}\` are no certificate and its private key in PEM`);
  }
  return { cert, key };
}

/** The authorities that clients' certificates must be from. Rejects with an error whose message is for the user. */
export async function readClientAuthorities(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  try {
    void new X509Certificate(text);
  } catch {
    throw new Error(`\`${file}\` is no certificate in PEM`);
  }
  return text;
}
