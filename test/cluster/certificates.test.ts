import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeAuthority } from '../../src/cluster/certificates.ts';
import { certificatesInFolder, certificatesInMemory } from '../../src/cluster/index.ts';

const names = ['localhost', '127.0.0.1', 'abatis.abatis-system.svc'];
const now = Date.parse('2027-01-01T00:00:00Z');
const day = 24 * 60 * 60 * 1000;

const folders: string[] = [];

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'abatis-'));
  folders.push(made);
  return made;
}

afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true });
});

describe('a certificate made here', () => {
  test('is for the names asked for, signed by its authority, on P-256', async () => {
    const made = await certificatesInMemory(names)(now);
    const leaf = new X509Certificate(made.cert);
    const authority = new X509Certificate(made.ca);
    expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, DNS:abatis.abatis-system.svc');
    expect(leaf.checkIssued(authority)).toBe(true);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect([authority.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  test('is valid for a year, and a little before now for clocks that are behind', async () => {
    const leaf = new X509Certificate((await certificatesInMemory(names)(now)).cert);
    expect(leaf.validFromDate.getTime()).toBe(now - 5 * 60 * 1000);
    expect(leaf.validToDate.getTime()).toBe(now + 365 * day);
  });

  test('is one that a client trusts who trusts the authority', async () => {
    const made = await certificatesInMemory(names)(Date.now());
    const server = createServer({ cert: made.cert, key: made.key }, (_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const status = await new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, ca: made.ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    server.close();
    expect(status).toBe(200);
  });

  test('stays the same until two thirds of its life are over, then is a new one of the same authority', async () => {
    const make = certificatesInMemory(names);
    const first = await make(now);
    expect(await make(now + 243 * day)).toEqual(first);
    const second = await make(now + 244 * day);
    expect(second.cert).not.toBe(first.cert);
    expect(second.ca).toBe(first.ca);
  });

  test('never outlives its authority, which is replaced in time', async () => {
    const make = certificatesInMemory(names);
    const first = await make(now);
    const late = await make(now + 3600 * day);
    expect(late.ca).not.toBe(first.ca);
    expect(new X509Certificate(late.cert).validToDate.getTime()).toBeLessThanOrEqual(
      new X509Certificate(late.ca).validToDate.getTime(),
    );
  });
});

describe('a folder of certificates', () => {
  test('is made with its parents, and its keys are for its owner only', async () => {
    const path = join(await folder(), 'a', 'b');
    await certificatesInFolder(path, names)(now);
    expect((await readdir(path)).sort()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    expect((await stat(join(path, 'tls.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, 'ca.key'))).mode & 0o777).toBe(0o600);
  });

  test('has the caBundle in ca.crt', async () => {
    const path = await folder();
    const made = await certificatesInFolder(path, names)(now);
    expect(await readFile(join(path, 'ca.crt'), 'utf8')).toBe(made.ca);
  });

  test('is used again by the next process', async () => {
    const path = await folder();
    const first = await certificatesInFolder(path, names)(now);
    expect(await certificatesInFolder(path, names)(now + day)).toEqual(first);
  });

  test.each([
    ['another name is asked for', (path: string) => certificatesInFolder(path, [...names, 'more'])(now)],
    [
      'another address is asked for',
      (path: string) => certificatesInFolder(path, [...names, '10.0.0.1'])(now),
    ],
    [
      'the certificate is damaged',
      async (path: string) => {
        await writeFile(join(path, 'tls.crt'), 'x');
        return certificatesInFolder(path, names)(now);
      },
    ],
    [
      'the key belongs to another certificate',
      async (path: string) => {
        await writeFile(join(path, 'tls.key'), (await makeAuthority(now)).key);
        return certificatesInFolder(path, names)(now);
      },
    ],
  ])('gets a new certificate of the same authority when %s', async (_why, again) => {
    const path = await folder();
    const first = await certificatesInFolder(path, names)(now);
    const second = await again(path);
    expect(second.ca).toBe(first.ca);
    expect(second.cert).not.toBe(first.cert);
    expect(new X509Certificate(second.cert).verify(new X509Certificate(first.ca).publicKey)).toBe(true);
  });

  test('gets a new authority when the key of the old one is lost', async () => {
    const path = await folder();
    const first = await certificatesInFolder(path, names)(now);
    await rm(join(path, 'ca.key'));
    const second = await certificatesInFolder(path, names)(now);
    expect(second.ca).not.toBe(first.ca);
    expect(new X509Certificate(second.cert).verify(new X509Certificate(second.ca).publicKey)).toBe(true);
  });

  test('that cannot be made is an error that names it', async () => {
    const path = await folder();
    await writeFile(join(path, 'file'), '');
    await expect(certificatesInFolder(join(path, 'file', 'folder'), names)(now)).rejects.toThrow(
      'file/folder',
    );
  });
});
