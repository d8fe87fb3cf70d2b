import { Json } from '../json.ts';
import type { Credential } from './credential.ts';
import type { KeyringEntry } from './keyring.ts';

/** What a docker configuration says of credentials. */
export interface DockerConfig {
  readonly entries: readonly KeyringEntry[];
  /** Names of helper programs, by registry. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The name of the helper program for all other registries. */
  readonly store: string | undefined;
}

/** Registries that one file may have credentials for. */
const mostEntries = 1000;

/**
 * Reads docker's `config.json`: the form of the secret type kubernetes.io/dockerconfigjson, too.
 * @throws ImageError `malformed`, whose message has nothing secret in it
 */
export function parseDockerConfig(bytes: Uint8Array): DockerConfig {
  const json = Json.parse(bytes, 'the docker configuration');
  const store = json.get('credsStore').text('');
  return {
    entries: readEntries(json.get('auths')),
    helpers: new Map(Object.entries(json.get('credHelpers').record())),
    store: store === '' ? undefined : store,
  };
}

/**
 * Reads the older `.dockercfg`, which has the registries at its top.
 * @throws ImageError `malformed`
 */
export function parseDockercfg(bytes: Uint8Array): readonly KeyringEntry[] {
  return readEntries(Json.parse(bytes, 'the docker configuration'));
}

function readEntries(auths: Json): readonly KeyringEntry[] {
  return auths
    .keys()
    .slice(0, mostEntries)
    .flatMap((location) => {
      const credential = readCredential(auths.get(location));
      return credential === undefined ? [] : [{ location, credential }];
    });
}

/** Undefined for the empty entries that docker leaves where a helper has the credential. */
function readCredential(entry: Json): Credential | undefined {
  if (entry.missing) return undefined;
  const auth = entry.get('auth').text('');
  const read = (key: string): string | undefined => entry.get(key).text('') || undefined;
  const registryToken = read('registrytoken');
  const identityToken = read('identitytoken');
  const pair = auth === '' ? undefined : decodeAuth(auth);
  const username = pair?.username ?? read('username');
  const password = pair?.password ?? read('password');
  if (registryToken === undefined && identityToken === undefined && username === undefined) return undefined;
  return { registryToken, identityToken, username, password };
}

/** `auth` is the base64 of `username:password`, padded or not; what has no colon is none (the kubelet's reading). */
function decodeAuth(auth: string): { readonly username: string; readonly password: string } | undefined {
  const text = Buffer.from(auth.trim(), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  // Docker once padded passwords with zeros.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}
