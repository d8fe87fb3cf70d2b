import { ImageError } from '../error.ts';
import type { Credential, CredentialSource } from './credential.ts';
import { parseDockerConfig, parseDockercfg } from './docker-config.ts';
import { Keyring, type KeyringEntry } from './keyring.ts';

/** What of a Secret is looked at. Values of `data` are base64, as the API server gives them. */
export interface PullSecret {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** Reads what pull secrets are made of. Undefined for what is not there; rejects where that is not known. */
export interface PullSecretReader {
  secret(namespace: string, name: string, signal: AbortSignal): Promise<PullSecret | undefined>;
  /** Names of the account's `imagePullSecrets`. */
  serviceAccount(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined>;
}

/** What of a pod says with what its images are pulled. */
export interface PullingPod {
  readonly namespace: string;
  /** `default` where it names none. */
  readonly serviceAccountName?: string | undefined;
  /** Names in the pod's `imagePullSecrets`. */
  readonly imagePullSecrets?: readonly string[];
}

/** Secrets of one pod that are looked at. */
const mostSecrets = 32;

/**
 * The credentials with which the kubelet would pull a pod's images: those of the pod's secrets, or, where it names none, of its
 * service account's (the ServiceAccount admission plugin puts these into the pod). Secrets that are missing, of another type or broken are told to
 * `onProblem` and left out. Nothing is read before a registry asks for credentials.
 *
 * Helper programs that a secret may name are never run: who may write Secrets may not run programs here.
 */
export function pullSecretCredentials(
  pod: PullingPod,
  reader: PullSecretReader,
  onProblem: (problem: string) => void = () => {},
): CredentialSource {
  let keyring: Promise<Keyring> | undefined;
  return {
    async lookup(name, signal): Promise<readonly Credential[]> {
      // A failure is that of one request: the next one asks again.
      keyring ??= load(pod, reader, onProblem, signal).catch((error: unknown) => {
        keyring = undefined;
        throw error;
      });
      return (await keyring).find(name);
    },
  };
}

async function load(
  pod: PullingPod,
  reader: PullSecretReader,
  onProblem: (problem: string) => void,
  signal: AbortSignal,
): Promise<Keyring> {
  const { namespace } = pod;
  const entries: KeyringEntry[] = [];
  for (const name of (await secretNames(pod, reader, signal)).slice(0, mostSecrets)) {
    const where = `pull secret \`${namespace}/${name}\``;
    const secret = await reading(() => reader.secret(namespace, name, signal), where, signal);
    if (secret === undefined) {
      onProblem(`${where} does not exist`);
      continue;
    }
    try {
      entries.push(...entriesOf(secret));
    } catch (error) {
      onProblem(`${where} cannot be used: ${(error as Error).message}`);
    }
  }
  return new Keyring(entries);
}

async function secretNames(
  { namespace, serviceAccountName = 'default', imagePullSecrets = [] }: PullingPod,
  reader: PullSecretReader,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (imagePullSecrets.length > 0) return [...new Set(imagePullSecrets)];
  const where = `service account \`${namespace}/${serviceAccountName}\``;
  const names = await reading(
    () => reader.serviceAccount(namespace, serviceAccountName, signal),
    where,
    signal,
  );
  return [...new Set(names ?? [])];
}

async function reading<T>(read: () => Promise<T>, what: string, signal: AbortSignal): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    const reason = signal.aborted ? 'cancelled' : 'unavailable';
    throw new ImageError(reason, `${what} cannot be read`, { cause });
  }
}

/** Key and form by the secret's type (Kubernetes, pkg/credentialprovider/secrets). */
function entriesOf({ type, data = {} }: PullSecret): readonly KeyringEntry[] {
  const bytes = (key: string): Buffer => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    if (typeof value !== 'string' || value === '') throw new ImageError('malformed', `it has no \`${key}\``);
    return Buffer.from(value, 'base64');
  };
  if (type === 'kubernetes.io/dockerconfigjson') return parseDockerConfig(bytes('.dockerconfigjson')).entries;
  if (type === 'kubernetes.io/dockercfg') return parseDockercfg(bytes('.dockercfg'));
  throw new ImageError('unsupported', 'it is of neither type of pull secrets', {
    help: 'its type is kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg',
  });
}
