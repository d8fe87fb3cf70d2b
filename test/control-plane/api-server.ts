import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Authority, createSigningKey } from './certificates.ts';

export interface ApiServerOptions {
  /** Serves beta and alpha versions too, and switches on the features behind them. */
  readonly everyVersion?: boolean;
  /** Keeps an audit log of what admission said, for `auditEvents`. */
  readonly audit?: boolean;
  /** More flags of kube-apiserver. */
  readonly flags?: readonly string[];
}

/** The audit log's name in the data folder. */
export const auditLog = 'audit.log';

/**
 * Writes what kube-apiserver reads into `folder` and answers its flags.
 *
 * Its admission plugins are the default ones, so that a request reaches the webhook as it would in a
 * cluster: ServiceAccount, for one, adds the token's volume to every Pod, and refuses Pods where the
 * account is missing.
 */
export async function prepareApiServer(
  folder: string,
  authority: Authority,
  ports: { readonly etcd: number; readonly api: number },
  options: ApiServerOptions,
): Promise<readonly string[]> {
  const serving = await authority.server(['127.0.0.1', 'localhost', 'kubernetes.default.svc']);
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const signingKey = await write('service-account.key', createSigningKey());
  const flags = {
    'etcd-servers': `http://127.0.0.1:${ports.etcd}`,
    'bind-address': '127.0.0.1',
    // Both, because no other address than loopback may exist, and none but others may be published.
    'advertise-address': '127.0.0.1',
    'endpoint-reconciler-type': 'none',
    'secure-port': String(ports.api),
    'tls-cert-file': await write('serving.crt', serving.certificate),
    'tls-private-key-file': await write('serving.key', serving.key),
    'client-ca-file': await write('authority.crt', authority.certificate),
    'service-account-key-file': signingKey,
    'service-account-signing-key-file': signingKey,
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-cluster-ip-range': '10.96.0.0/16',
    'authorization-mode': 'RBAC',
    'allow-privileged': 'true',
    ...(options.everyVersion && {
      'runtime-config': 'api/all=true',
      'feature-gates': 'AllAlpha=true,AllBeta=true',
    }),
    ...(options.audit && {
      'audit-policy-file': await write('audit-policy.json', JSON.stringify(auditPolicy)),
      'audit-log-path': join(folder, auditLog),
      'audit-log-mode': 'blocking',
    }),
  };
  return [...Object.entries(flags).map(([name, value]) => `--${name}=${value}`), ...(options.flags ?? [])];
}

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] }],
};
