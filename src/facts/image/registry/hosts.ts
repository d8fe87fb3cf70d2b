import { readFileSync, statSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { compileGlob, compileGlobs, type Glob } from '../../../glob/index.ts';
import { ImageError } from '../error.ts';
import type { AddressScope, HostConfig, RegistryConfig } from './config.ts';
import { knownContentHosts } from './content-hosts.ts';
import { parseHost, type Reference } from './reference.ts';

/** Where an image is asked for: a registry or a mirror of it. */
export interface Endpoint {
  /** As it stands in configuration and in credentials. */
  readonly host: string;
  /** What is connected to. */
  readonly url: URL;
  readonly repository: string;
  readonly tokenHosts: readonly string[];
  /** Whether a host is known to keep its content. */
  readonly keepsContent: Glob;
}

/** Issuers of tokens that are known to belong to a registry of another name. */
const knownTokenHosts: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['auth.docker.io'],
  'registry.gitlab.com': ['gitlab.com'],
};

/** Rules by host. A host is `name` or `name:port`, as in references. */
export class Hosts {
  readonly #allowed: Glob;
  readonly #exact: ReadonlySet<string>;
  /** Whatever configuration names without wildcards. */
  readonly #named: ReadonlySet<string>;
  readonly #settings: readonly { readonly name: string; readonly glob: Glob; readonly config: HostConfig }[];
  readonly #redirects: 'public' | 'named';
  readonly #authorities = new Map<
    string,
    { readonly version: string; readonly authorities: readonly string[] }
  >();

  constructor({ allowedHosts, hosts = {}, redirects = 'named' }: RegistryConfig) {
    const allowed = allowedHosts.map((host) => host.toLowerCase());
    this.#allowed = compileGlobs(allowed);
    this.#exact = new Set(allowed.filter((host) => !/[*?]/.test(host)));
    const others = Object.values(hosts).flatMap(({ mirrors = [], tokenHosts = [] }) => [
      ...mirrors.map((mirror) => splitMirror(mirror).host),
      ...tokenHosts.map((host) => host.toLowerCase()),
    ]);
    this.#named = new Set([
      ...this.#exact,
      ...Object.keys(hosts).map((host) => host.toLowerCase()),
      ...others,
    ]);
    this.#settings = Object.entries(hosts).map(([name, config]) => {
      const lower = name.toLowerCase();
      return { name: lower, glob: compileGlob(lower), config };
    });
    this.#redirects = redirects;
  }

  allows(host: string): boolean {
    return this.#allowed(host);
  }

  /**
   * Mirrors, then the registry itself.
   * @throws ImageError `refused` where nothing may be asked
   */
  endpoints({ host, repository }: Reference): readonly Endpoint[] {
    const mirrors = (this.#config(host).mirrors ?? []).map((mirror) => this.#mirror(mirror, repository));
    if (this.allows(host)) return [...mirrors, this.#endpoint(host, repository)];
    if (mirrors.length > 0) return mirrors;
    throw new ImageError('refused', `images of \`${host}\` may not be read`, {
      help: `add it to the allowed hosts if it is a registry that you trust`,
    });
  }

  /** Where a host may be. */
  scope(host: string): AddressScope {
    return this.#config(host).addresses ?? (this.#named.has(host) ? 'private' : 'public');
  }

  /**
   * Whether content may be fetched from where a registry redirects to.
   * @returns why it may not
   */
  redirectProblem(url: URL, endpoint: Endpoint): string | undefined {
    const host = nameOf(url, endpoint);
    if (url.username !== '' || url.password !== '') return 'has credentials in its address';
    if (url.protocol !== 'https:' && !this.#mayBePlain(url, endpoint)) return 'is not https';
    const isNamed = this.allows(host) || this.#named.has(host) || endpoint.keepsContent(host);
    return this.#redirects === 'public' || isNamed ? undefined : 'is none of the hosts that are named';
  }

  /** Whether a host may issue tokens for an endpoint: it is sent credentials. */
  issuesTokens(url: URL, endpoint: Endpoint): boolean {
    if (url.username !== '' || url.password !== '') return false;
    if (url.protocol !== 'https:' && !this.#mayBePlain(url, endpoint)) return false;
    const host = nameOf(url, endpoint);
    return host === endpoint.host || endpoint.tokenHosts.includes(host) || this.#exact.has(host);
  }

  /**
   * The authorities that are trusted for a host, from its file as it is now; undefined for those of the system alone.
   * @throws ImageError `unavailable` where their file cannot be read
   */
  authorities(host: string): readonly string[] | undefined {
    const file = this.#config(host).caFile;
    if (file === undefined) return undefined;
    let pem: string;
    let version: string;
    try {
      const { mtimeMs, size, ino } = statSync(file);
      version = `${mtimeMs} ${size} ${ino}`;
      const known = this.#authorities.get(file);
      if (known?.version === version) return known.authorities;
      pem = readFileSync(file, 'utf8');
    } catch (cause) {
      throw new ImageError('unavailable', `the certificates for \`${host}\`, \`${file}\`, cannot be read`, {
        cause,
      });
    }
    const authorities = [...getCACertificates('default'), pem];
    this.#authorities.set(file, { version, authorities });
    return authorities;
  }

  #mayBePlain(url: URL, endpoint: Endpoint): boolean {
    return url.protocol === 'http:' && this.#config(nameOf(url, endpoint)).plainHttp === true;
  }

  #mirror(mirror: string, repository: string): Endpoint {
    const { host, path } = splitMirror(mirror);
    return this.#endpoint(host, path === '' ? repository : `${path}/${repository}`);
  }

  #endpoint(host: string, repository: string): Endpoint {
    const { plainHttp = false, tokenHosts = [], contentHosts = [] } = this.#config(host);
    // Docker Hub's images are called docker.io's, and are not there.
    const real = host === 'docker.io' ? 'registry-1.docker.io' : host;
    return {
      host,
      url: new URL(`${plainHttp ? 'http' : 'https'}://${real}`),
      repository,
      tokenHosts: [
        ...tokenHosts.map((name) => name.toLowerCase()),
        ...(Object.hasOwn(knownTokenHosts, host) ? (knownTokenHosts[host] ?? []) : []),
      ],
      keepsContent: compileGlobs([
        ...contentHosts.map((name) => name.toLowerCase()),
        ...knownContentHosts(host),
      ]),
    };
  }

  #config(host: string): HostConfig {
    return this.#find(host) ?? {};
  }

  #find(host: string): HostConfig | undefined {
    const name = host === 'registry-1.docker.io' ? 'docker.io' : host;
    return (
      this.#settings.find((entry) => entry.name === name) ?? this.#settings.find(({ glob }) => glob(name))
    )?.config;
  }
}

function splitMirror(mirror: string): { readonly host: string; readonly path: string } {
  const slash = mirror.indexOf('/');
  const host = slash < 0 ? mirror : mirror.slice(0, slash);
  return { host: parseHost(host) ?? host, path: slash < 0 ? '' : mirror.slice(slash + 1).replace(/\/$/, '') };
}

/** What configuration calls the host of a URL: an endpoint by its own name, others as they stand in the URL. */
export function nameOf(url: URL, endpoint: Endpoint): string {
  return url.origin === endpoint.url.origin ? endpoint.host : url.host;
}
