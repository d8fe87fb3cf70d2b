import { compileGlob } from '../../../glob/index.ts';
import type { Credential, CredentialSource } from './credential.ts';

/** A credential, and the registry or repository that a docker configuration has it for. */
export interface KeyringEntry {
  readonly location: string;
  readonly credential: Credential;
}

interface Place {
  /** Host, port and path, as the kubelet sorts them. */
  readonly key: string;
  readonly labels: readonly string[];
  readonly port: string;
  readonly path: string;
}

/**
 * Credentials by registry and repository, found as the kubelet finds them (Kubernetes, pkg/credentialprovider, BasicDockerKeyring): a scheme
 * and a leading `/v1/` or `/v2/` mean nothing; each label of the host may have wildcards, and stands for one label; ports are equal;
 * the path is a prefix, not only of whole segments; longer paths go before shorter ones.
 */
export class Keyring implements CredentialSource {
  readonly #entries: readonly { readonly place: Place; readonly credential: Credential }[];

  constructor(entries: readonly KeyringEntry[]) {
    this.#entries = entries
      .flatMap(({ location, credential }) => {
        const place = placeOf(location);
        return place === undefined ? [] : [{ place, credential }];
      })
      .sort((a, b) => (a.place.key < b.place.key ? 1 : a.place.key > b.place.key ? -1 : 0));
  }

  find(name: string): readonly Credential[] {
    const image = split(name);
    if (image === undefined) return [];
    const found = this.#entries.filter(({ place }) => matches(place, image));
    if (found.length > 0) return found.map(({ credential }) => credential);
    if (image.key !== 'docker.io' && !image.key.startsWith('docker.io/')) return [];
    return this.#entries
      .filter(({ place }) => place.key === 'index.docker.io')
      .map(({ credential }) => credential);
  }

  async lookup(name: string): Promise<readonly Credential[]> {
    return this.find(name);
  }
}

function placeOf(location: string): Place | undefined {
  const bare = location.replace(/^https?:\/\//, '').replace(/[?#].*$/s, '');
  const slash = bare.indexOf('/');
  const host = slash < 0 ? bare : bare.slice(0, slash);
  const path = slash < 0 ? '' : bare.slice(slash);
  const effective = /^\/v[12]\//.test(path) ? path.slice(3) : path;
  return split(`${host}${effective === '/' ? '' : effective}`);
}

function split(key: string): Place | undefined {
  const slash = key.indexOf('/');
  const host = slash < 0 ? key : key.slice(0, slash);
  const match = /^(\[[^\]]*\]|[^:]*)(?::([0-9]*))?$/.exec(host);
  if (match === null || match[1] === '') return undefined;
  return {
    key,
    labels: (match[1] ?? '').split('.'),
    port: match[2] ?? '',
    path: slash < 0 ? '' : key.slice(slash),
  };
}

function matches(place: Place, image: Place): boolean {
  return (
    place.port === image.port &&
    place.labels.length === image.labels.length &&
    image.path.startsWith(place.path) &&
    place.labels.every((label, index) => compileGlob(label)(image.labels[index] ?? ''))
  );
}
