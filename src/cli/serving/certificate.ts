import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { certificatesInFolder, certificatesInMemory, type KeyPair } from '../../cluster/index.ts';

export interface CertificateOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly certDir?: string;
  readonly tlsName: readonly string[];
}

/** Where the server's certificate comes from. Asked again and again, it gives a new one when it is time. */
export interface CertificateSource {
  /** In words, for people. */
  readonly origin: string;
  /** Files to watch. */
  readonly files: readonly string[];
  /** Rejects with an error whose message is for the user. */
  readonly get: () => Promise<KeyPair>;
}

/** By files somebody else made, in a folder of our own, or for as long as the process lives. */
export function certificateSource({ cert, key, certDir, tlsName }: CertificateOptions): CertificateSource {
  if (cert !== undefined && key !== undefined) {
    return { origin: `\`${cert}\``, files: [cert, key], get: () => readPair(cert, key) };
  }
  const make = certDir === undefined ? certificatesInMemory(tlsName) : certificatesInFolder(certDir, tlsName);
  return {
    origin:
      certDir === undefined ? 'a certificate made for this run' : `a certificate made in \`${certDir}\``,
    files: [],
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
