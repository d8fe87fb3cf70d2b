/**
 * Which registries are asked, how they are reached and with what credentials. Plain data. Nothing is contacted that it
 * does not name.
 */
export interface RegistryConfig {
  /**
   * Registries whose images are read, as they stand in references, port included: `docker.io`, `*.pkg.dev`,
   * `registry.shop:5000`. Globs: `*` is any run of characters. An empty list allows none.
   */
  readonly allowedHosts: readonly string[];
  /** More about hosts, by name or glob. An exact name goes before globs, and those go in their order. */
  readonly hosts?: Readonly<Record<string, HostConfig>>;
  readonly credentials?: CredentialsConfig;
  /**
   * Where registries may send readers for content. `named` (default): to hosts that `allowedHosts` or `hosts` name, and to those
   * that are known to keep the content of a registry, or that its `contentHosts` name. `public`: to any host with a public
   * address over https. Credentials never go along.
   */
  readonly redirects?: 'public' | 'named';
  readonly limits?: Partial<RegistryLimits>;
}

export interface HostConfig {
  /**
   * Asked before the registry, in this order, each with a path before the repository: `mirror.example/hub`. They need not be among
   * `allowedHosts`. A registry that is not allowed itself is read from its mirrors only.
   */
  readonly mirrors?: readonly string[];
  /** Speaks HTTP without TLS. Its credentials are then sent unencrypted. */
  readonly plainHttp?: boolean;
  /** A file of PEM certificates that are trusted for this host besides those of the system. */
  readonly caFile?: string;
  /**
   * Where the host may be:
   * - `public`: at public addresses. The default of hosts that only a glob allows, and of those redirected to.
   * - `private`: in private networks too (RFC 1918, RFC 4193, RFC 6598). The default of hosts that are named without wildcards.
   * - `local`: anywhere, at loopback and link-local addresses too, where machines offer what is for them alone.
   */
  readonly addresses?: AddressScope;
  /** Hosts besides the registry itself that may issue tokens for it. */
  readonly tokenHosts?: readonly string[];
  /** Hosts, as globs, that the registry may send readers to for its content: those of its storage. */
  readonly contentHosts?: readonly string[];
}

export type AddressScope = 'public' | 'private' | 'local';

/** Where credentials come from, besides those that a request brings. */
export interface CredentialsConfig {
  /** Files of the form of docker's `config.json`, asked in this order. */
  readonly dockerConfigs?: readonly string[];
  /** Whether the programs that these files name are run (`credHelpers`, `credsStore`). Default true. */
  readonly helpers?: boolean;
}

/** Times are in milliseconds. */
export interface RegistryLimits {
  /** Requests for one thing, the first one included. */
  readonly attempts: number;
  /** The first wait before another attempt is up to this; each one after up to twice as long. */
  readonly backoff: number;
  readonly backoffMost: number;
  /** The longest that a registry may ask to wait (Retry-After); one that asks for more has failed. */
  readonly retryAfterMost: number;
  /** Until a response begins, connecting included. */
  readonly response: number;
  /** Between two pieces of a response. */
  readonly stall: number;
  /** For all of a manifest or a token. */
  readonly document: number;
  readonly redirects: number;
  readonly tokenBytes: number;
  /** Until a credential helper has answered. */
  readonly helper: number;
  /** Bytes of manifests that are remembered by digest, so that a tag that has not moved costs no download. */
  readonly rememberedManifests: number;
}

export const defaultRegistryLimits: RegistryLimits = {
  attempts: 4,
  backoff: 250,
  backoffMost: 8_000,
  retryAfterMost: 30_000,
  response: 15_000,
  stall: 30_000,
  document: 60_000,
  redirects: 5,
  tokenBytes: 256 * 1024,
  helper: 10_000,
  rememberedManifests: 4 * 1024 * 1024,
};
