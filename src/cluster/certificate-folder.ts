import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { KeyPair } from './certificates.ts';

/** What a server of ours shows, and what its clients trust. */
export interface SelfMade extends KeyPair {
  /** The authority's certificate, PEM: the caBundle of a webhook configuration. */
  readonly ca: string;
}

/** Imported when a certificate is to be made: whoever brings one need not have 20 MB of what makes them. */
const maker = () => import('./certificates.ts');

/** A certificate is replaced when less than this share of its life is left. */
const renewalShare = 1 / 3;

/** Makes certificates that live as long as the process. Called again, it renews what is about to expire. */
export function certificatesInMemory(names: readonly string[]): (now: number) => Promise<SelfMade> {
  let authority: KeyPair | undefined;
  let leaf: KeyPair | undefined;
  return async (now) => {
    if (authority === undefined || !isFresh(authority, now)) {
      authority = await (await maker()).makeAuthority(now);
      leaf = undefined;
    }
    if (leaf === undefined || !isFresh(leaf, now))
      leaf = await (await maker()).makeServingCertificate(authority, names, now);
    return { ...leaf, ca: authority.cert };
  };
}

/**
 * Makes certificates in a folder, and takes what is there while it is good: `ca.crt`, `ca.key`, `tls.crt`,
 * `tls.key`. A new authority is made only where there is none or its end is near, for everybody who trusts it has
 * to be told. Rejects with the file system's error where the folder cannot be read or written.
 */
export function certificatesInFolder(
  folder: string,
  names: readonly string[],
): (now: number) => Promise<SelfMade> {
  return async (now) => {
    await mkdir(folder, { recursive: true });
    let authority = await readPair(folder, 'ca');
    if (authority === undefined || !isFresh(authority, now)) {
      authority = await (await maker()).makeAuthority(now);
      await writePair(folder, 'ca', authority);
    }
    let leaf = await readPair(folder, 'tls');
    if (leaf === undefined || !isFresh(leaf, now) || !isIssuedFor(leaf, names, authority)) {
      leaf = await (await maker()).makeServingCertificate(authority, names, now);
      await writePair(folder, 'tls', leaf);
    }
    return { ...leaf, ca: authority.cert };
  };
}

/** Why a folder was left as it is. */
export interface KeptFile {
  readonly file: string;
  /** Undefined where it is no certificate with its key. */
  readonly validUntil: Date | undefined;
}

/**
 * Makes an authority and a certificate of it in a folder, both anew: `ca.crt`, `ca.key`, `tls.crt`, `tls.key`. Where
 * the folder is in a git repository, nothing in it gets there: it has a `.gitignore` of its own.
 * @param life of both, in milliseconds
 * @param isForced whether to replace what is there, too, unless it has expired
 * @returns when they expire, or what is in the way. Rejects with the file system's error
 */
export async function makeInFolder(
  folder: string,
  names: readonly string[],
  now: number,
  { life, isForced }: { readonly life: number; readonly isForced: boolean },
): Promise<{ readonly validUntil: Date } | { readonly kept: KeptFile }> {
  await mkdir(folder, { recursive: true });
  const kept = isForced
    ? undefined
    : ((await inTheWay(folder, 'ca', now)) ?? (await inTheWay(folder, 'tls', now)));
  if (kept !== undefined) return { kept };
  const { makeAuthority, makeServingCertificate } = await maker();
  const authority = await makeAuthority(now, life);
  const leaf = await makeServingCertificate(authority, names, now, life);
  // First, so that there is no moment at which a key could be committed.
  await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  await writePair(folder, 'ca', authority);
  await writePair(folder, 'tls', leaf);
  return { validUntil: new X509Certificate(leaf.cert).validToDate };
}

async function inTheWay(folder: string, name: string, now: number): Promise<KeptFile | undefined> {
  const pair = await readPair(folder, name);
  if (pair !== undefined) {
    const validUntil = new X509Certificate(pair.cert).validToDate;
    return validUntil.getTime() > now ? { file: `${name}.crt`, validUntil } : undefined;
  }
  const there = new Set(await readdir(folder));
  const file = [`${name}.crt`, `${name}.key`].find((candidate) => there.has(candidate));
  return file === undefined ? undefined : { file, validUntil: undefined };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Undefined where there is none, or what is there is no matching pair. */
async function readPair(folder: string, name: string): Promise<KeyPair | undefined> {
  try {
    const cert = await readFile(join(folder, `${name}.crt`), 'utf8');
    const key = await readFile(join(folder, `${name}.key`), 'utf8');
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR') throw error;
    return undefined;
  }
}

async function writePair(folder: string, name: string, { cert, key }: KeyPair): Promise<void> {
  await replaceFile(join(folder, `${name}.key`), key, 0o600);
  await replaceFile(join(folder, `${name}.crt`), cert, 0o644);
}

// Whoever reads at the same time gets the old file or the new one, never half of one.
async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  await writeFile(beside, text, { mode });
  await rename(beside, path);
}

function isFresh({ cert }: KeyPair, now: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  return from <= now && to - now > (to - from) * renewalShare;
}

function isIssuedFor(leaf: KeyPair, names: readonly string[], authority: KeyPair): boolean {
  const certificate = new X509Certificate(leaf.cert);
  return certificate.verify(new X509Certificate(authority.cert).publicKey) && isForNames(certificate, names);
}

/** Whether a certificate is for each of these DNS names and addresses. */
export function isForNames(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.every((name) =>
    isIP(name) === 0
      ? certificate.checkHost(name, { subject: 'never' }) !== undefined
      : certificate.checkIP(name) !== undefined,
  );
}
