import 'reflect-metadata';
import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** Who makes a request: the common name and the organizations of a client certificate. */
export interface User {
  readonly username: string;
  readonly groups?: readonly string[];
}

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Signs for the API server and for its clients. */
export interface Authority {
  /** The authority's own certificate, PEM. */
  readonly certificate: string;
  /** For a server at these DNS names and addresses. */
  readonly server: (hosts: readonly string[]) => Promise<KeyPair>;
  /** For a user, as `--client-ca-file` makes the API server read it. */
  readonly client: (user: User) => Promise<KeyPair>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;

/** Makes an authority that is good for a day. */
export async function createAuthority(): Promise<Authority> {
  const keys = await generateKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: [{ CN: ['abatis-test-authority'] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = async (subject: x509.JsonName, extensions: readonly x509.Extension[]): Promise<KeyPair> => {
    const own = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      subject,
      issuer: root.subjectName.toJSON(),
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [...extensions],
    });
    return { certificate: certificate.toString('pem'), key: await exportKey(own.privateKey) };
  };
  return {
    certificate: root.toString('pem'),
    server: (hosts) =>
      issue(
        [{ CN: ['kube-apiserver'] }],
        [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value })),
          ),
        ],
      ),
    client: ({ username, groups = [] }) =>
      issue(
        [{ CN: [username] }, ...groups.map((group) => ({ O: [group] }))],
        [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
      ),
  };
}

/** A key to sign service account tokens with, PEM; the API server finds the public half in it. */
export function createSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

function validity(): { notBefore: Date; notAfter: Date; serialNumber: string } {
  const now = Date.now();
  return {
    notBefore: new Date(now - day),
    notAfter: new Date(now + day),
    serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
  };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
