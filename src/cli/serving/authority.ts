import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../cluster/index.ts';
import type { CertificateOptions } from './certificate.ts';

/**
 * The authorities, PEM, that a webhook is registered with where it has none yet: as the user gives them, else those of
 * the certificate that is made here. Undefined where nobody knows.
 */
export async function firstAuthority(
  { certDir, certSecret }: CertificateOptions,
  caBundle: string | undefined,
  client: ClusterClient,
): Promise<string | undefined> {
  if (caBundle !== undefined) return readFile(caBundle, 'utf8');
  if (certDir !== undefined) return readFile(join(certDir, 'ca.crt'), 'utf8');
  if (certSecret === undefined) return undefined;
  const { namespace, name } = certSecret;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
  const secret = (await client.get(path, { timeout: 10_000 })) as { readonly data?: Record<string, unknown> };
  const encoded = secret.data?.['ca.crt'];
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : undefined;
}
