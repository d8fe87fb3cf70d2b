import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type BundlePublisher, refuse } from './ca-bundles.ts';
import { isForNames } from './certificate-folder.ts';
import { type Lives, nextStep, type PlannedState, type Published } from './certificate-plan.ts';
import type { KeyPair } from './certificates.ts';
import { type ClusterClient, ClusterError } from './client.ts';

export interface SecretOptions {
  readonly namespace: string;
  readonly name: string;
  /** DNS names and addresses that the certificate is for. */
  readonly names: readonly string[];
  readonly lives: Lives;
  readonly publisher: BundlePublisher;
  /** Told what was done, and what went wrong and will be tried again. */
  readonly onChange: (what: 'authority' | 'leaf' | 'published') => void;
  readonly onProblem: (problem: string) => void;
}

/** What a Secret of ours holds. */
interface Holding {
  /** PEM, the oldest first. */
  readonly authorities: readonly { readonly cert: string; readonly key: string | undefined }[];
  readonly leaf: KeyPair | undefined;
}

type Manifest = { readonly [key: string]: unknown };

const timeout = 10_000;

/** Steps that follow one another at once; each of them brings the goal nearer, unless others undo it. */
const stepLimit = 10;

/** The mark on a Secret that it is for us to write. */
const managedBy = 'app.kubernetes.io/managed-by';

/**
 * A certificate that any number of replicas share in a Secret: `tls.crt` and `tls.key` are served, `ca.crt` has the
 * authorities to trust, `ca.key` the keys of those that may still sign. Every replica looks after it; a write happens
 * only to the version that it was decided by, so that of many one comes through and the others look again. Takes the
 * verbs get, create and update on the Secret.
 *
 * @returns looks, does what is due, and answers the certificate to serve. Rejects where the Secret cannot be read or
 * written, or is somebody else's
 */
export function certificatesInSecret(
  client: ClusterClient,
  options: SecretOptions,
): (now: number) => Promise<KeyPair> {
  const { namespace, name, names, lives, publisher, onChange, onProblem } = options;
  const all = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
  const one = `${all}/${encodeURIComponent(name)}`;
  let trusted: { readonly id: string; readonly since: number } | undefined;

  async function read(): Promise<Manifest | undefined> {
    const { status, body } = await client.send({ method: 'GET', path: one, timeout });
    if (status === 404) return undefined;
    refuse(status, body);
    return JSON.parse(body);
  }

  /** False where somebody was faster. */
  async function write(before: Manifest | undefined, holding: Holding): Promise<boolean> {
    const { status, body } = await client.send({
      method: before === undefined ? 'POST' : 'PUT',
      path: before === undefined ? all : one,
      body: JSON.stringify(secretOf(before, holding, { namespace, name })),
      timeout,
    });
    if (status === 409 || (status === 404 && before !== undefined)) return false;
    refuse(status, body);
    return true;
  }

  async function askPublished(): Promise<readonly string[] | 'unknown' | 'by hand'> {
    try {
      return await publisher.published();
    } catch (error) {
      onProblem(`the webhook configurations cannot be read: ${messageOf(error)}`);
      return 'unknown';
    }
  }

  return async (now) => {
    let isRefused = false;
    for (let steps = 0; steps < stepLimit; steps++) {
      // The bundles first: what is published then goes to the versions of them that are not newer than the Secret.
      const bundles = isRefused ? 'unknown' : await askPublished();
      const published: Published = typeof bundles === 'string' ? bundles : bundles.map(idsOf);
      const secret = await read();
      if (secret !== undefined && !isOurs(secret)) {
        throw new Error(
          `the Secret \`${namespace}/${name}\` is not labelled \`${managedBy}: abatis\`, and so somebody else's`,
        );
      }
      const holding = holdingOf(secret);
      const state = stateOf(holding, names);
      const newest = state.authorities.findLast(({ signs }) => signs)?.id;
      const isKnown =
        newest !== undefined && Array.isArray(published) && published.every((ids) => ids.includes(newest));
      if (!isKnown) trusted = undefined;
      else if (trusted?.id !== newest) trusted = { id: newest, since: now };

      const step = nextStep({ state, published, trustedSince: trusted?.since, now, lives });
      if (step.step === 'wait' && holding.leaf !== undefined) return holding.leaf;
      if (step.step === 'publish') {
        try {
          await publisher.publish(bundleOf(holding));
          onChange('published');
        } catch (error) {
          // What else is due does not wait for it.
          isRefused = !isConflict(error);
          if (isRefused) onProblem(`the webhook configurations cannot be written: ${messageOf(error)}`);
        }
        continue;
      }
      const next = await advance(holding, step, names, lives, now);
      if (await write(secret, next)) {
        if (step.step === 'make authority') onChange('authority');
        if (next.leaf !== holding.leaf) onChange('leaf');
      }
    }
    throw new ClusterError('others change the certificates all the time');
  };
}

/** The Secret's content after a step. */
async function advance(
  holding: Holding,
  step: ReturnType<typeof nextStep>,
  names: readonly string[],
  lives: Lives,
  now: number,
): Promise<Holding> {
  const { makeAuthority, makeServingCertificate } = await import('./certificates.ts');
  const alive = holding.authorities.filter(({ cert }) => notAfterOf(new X509Certificate(cert)) > now);
  switch (step.step) {
    case 'make authority': {
      const made = await makeAuthority(now, lives.authority);
      if (holding.leaf !== undefined) return { ...holding, authorities: [...alive, made] };
      return {
        authorities: [...alive, made],
        leaf: await makeServingCertificate(made, names, now, lives.leaf),
      };
    }
    case 'issue leaf': {
      const index = alive.findIndex(({ cert }) => idOf(new X509Certificate(cert)) === step.by);
      const { cert, key } = alive[index] ?? {};
      if (cert === undefined || key === undefined) return holding;
      // Replicas that ask for different names must not take them from each other in turn.
      const isShort =
        holding.leaf !== undefined && !isForNames(new X509Certificate(holding.leaf.cert), names);
      const wanted = isShort ? [...new Set([...names, ...namesOf(holding.leaf, now)])] : names;
      return {
        // What came before the signer signs no more.
        authorities: alive.map((authority, at) =>
          at < index ? { ...authority, key: undefined } : authority,
        ),
        leaf: await makeServingCertificate({ cert, key }, wanted, now, lives.leaf),
      };
    }
    default:
      return { ...holding, authorities: alive };
  }
}

/** The names of a leaf that still counts. */
function namesOf(leaf: KeyPair | undefined, now: number): string[] {
  if (leaf === undefined) return [];
  const certificate = new X509Certificate(leaf.cert);
  if (notAfterOf(certificate) <= now) return [];
  // As makeServingCertificate writes them: neither kind of name can hold a comma.
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(?:DNS|IP Address):/, ''))
    .filter((entry) => entry !== '');
}

function stateOf({ authorities, leaf }: Holding, names: readonly string[]): PlannedState {
  const parsed = authorities.map(({ cert, key }) => ({ certificate: new X509Certificate(cert), key }));
  const planned = parsed.map(({ certificate, key }) => ({
    id: idOf(certificate),
    notAfter: notAfterOf(certificate),
    signs: key !== undefined,
  }));
  if (leaf === undefined) return { authorities: planned, leaf: undefined };
  const certificate = new X509Certificate(leaf.cert);
  const issuer = parsed.find((authority) => certificate.verify(authority.certificate.publicKey));
  return {
    authorities: planned,
    leaf: {
      issuer: issuer === undefined ? '' : idOf(issuer.certificate),
      notAfter: notAfterOf(certificate),
      fits: isForNames(certificate, names),
    },
  };
}

function isOurs(secret: Manifest): boolean {
  const isEmpty = dataOf(secret, 'tls.crt') === '' && dataOf(secret, 'ca.crt') === '';
  return isEmpty || member(member(member(secret, 'metadata'), 'labels'), managedBy) === 'abatis';
}

/** What is no certificate, or has no key to it, is as good as not there. */
function holdingOf(secret: Manifest | undefined): Holding {
  if (secret === undefined) return { authorities: [], leaf: undefined };
  const keys = pemsOf(dataOf(secret, 'ca.key'), 'PRIVATE KEY');
  const certificates = pemsOf(dataOf(secret, 'ca.crt'), 'CERTIFICATE').filter(
    (pem) => parse(pem) !== undefined,
  );
  const cert = dataOf(secret, 'tls.crt');
  const key = dataOf(secret, 'tls.key');
  return {
    authorities: certificates.map((pem) => ({
      cert: pem,
      key: keys.find((candidate) => fits(pem, candidate)),
    })),
    leaf: fits(cert, key) ? { cert, key } : undefined,
  };
}

function secretOf(
  before: Manifest | undefined,
  holding: Holding,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Manifest {
  const keys = holding.authorities.flatMap(({ key }) => (key === undefined ? [] : [key]));
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const metadata = (before === undefined ? { namespace, name } : member(before, 'metadata')) as Manifest;
  const labels = member(metadata, 'labels') as Manifest | undefined;
  const data = before === undefined ? {} : (member(before, 'data') as Manifest | undefined);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    ...before,
    metadata: { ...metadata, labels: { ...labels, [managedBy]: 'abatis' } },
    data: {
      ...data,
      'ca.crt': base64(bundleOf(holding)),
      'ca.key': base64(keys.map(endLine).join('')),
      'tls.crt': base64(holding.leaf?.cert ?? ''),
      'tls.key': base64(holding.leaf?.key ?? ''),
    },
  };
}

function bundleOf({ authorities }: Holding): string {
  return authorities.map(({ cert }) => endLine(cert)).join('');
}

function endLine(pem: string): string {
  return pem.endsWith('\n') ? pem : `${pem}\n`;
}

function dataOf(secret: Manifest, key: string): string {
  const value = member(member(secret, 'data'), key);
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}

function pemsOf(text: string, label: string): string[] {
  const end = `-----END ${label}-----`;
  return text
    .split(end)
    .slice(0, -1)
    .map((part) => `${part.slice(Math.max(0, part.indexOf('-----BEGIN')))}${end}\n`);
}

function idsOf(bundle: string): string[] {
  return pemsOf(bundle, 'CERTIFICATE').map((pem) => {
    const certificate = parse(pem);
    return certificate === undefined ? '' : idOf(certificate);
  });
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function fits(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function idOf(certificate: X509Certificate): string {
  return certificate.fingerprint256;
}

function notAfterOf(certificate: X509Certificate): number {
  return certificate.validToDate.getTime();
}

function isConflict(error: unknown): boolean {
  return error instanceof ClusterError && error.status === 409;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Manifest)[key]
    : undefined;
}
