import { ImageError } from '../error.ts';
import type { ImageSource } from '../source.ts';
import { defaultRegistryLimits, type RegistryConfig, type RegistryLimits } from './config.ts';
import { type CredentialSource, firstOf } from './credential.ts';
import { CredentialFile } from './credential-files.ts';
import { Hosts } from './hosts.ts';
import { ManifestMemory, RegistryImage } from './image.ts';
import { parseReference, type Reference } from './reference.ts';
import { Session } from './session.ts';
import type { Shared } from './shared.ts';
import { systemTiming, type Timing } from './timing.ts';
import { Tokens } from './tokens.ts';
import { type Resolve, systemResolve, Transport } from './transport.ts';

export interface RegistryOptions {
  /** Told, in a sentence without secrets, of files and helpers that gave no credentials. */
  readonly onProblem?: (problem: string) => void;
  readonly timing?: Timing;
  readonly resolve?: Resolve;
}

/**
 * Reads images from registries. One for a process: it keeps connections, tokens and some manifests. Nothing is contacted
 * before an image's source is read.
 */
export class Registry {
  readonly #shared: Shared;
  readonly #manifests: ManifestMemory;
  readonly #credentials: readonly CredentialSource[];

  constructor(config: RegistryConfig, options: RegistryOptions = {}) {
    const { onProblem = () => {}, timing = systemTiming, resolve = systemResolve } = options;
    const limits: RegistryLimits = { ...defaultRegistryLimits, ...config.limits };
    const hosts = new Hosts(config);
    const transport = new Transport({ hosts, limits, timing, resolve });
    const tokens = new Tokens({ hosts, limits, timing, transport });
    this.#shared = { hosts, limits, timing, transport, tokens };
    this.#manifests = new ManifestMemory(limits.rememberedManifests);
    const { dockerConfigs = [], helpers = true } = config.credentials ?? {};
    const fileOptions = { helpers, helperTime: limits.helper, timing, onProblem };
    this.#credentials = dockerConfigs.map((path) => new CredentialFile(path, fileOptions));
  }

  /** Whether an image of this registry may be read, from itself or from a mirror. */
  allows(reference: Reference): boolean {
    try {
      return this.#shared.hosts.endpoints(reference).length > 0;
    } catch {
      return false;
    }
  }

  /**
   * The source of one image, for one inspection.
   * @param credentials those of a request (see `pullSecretCredentials`), asked before those of the configuration
   * @throws ImageError `malformed` for what is no reference, `refused` for a registry that is not allowed
   */
  image(reference: string | Reference, credentials?: CredentialSource): ImageSource {
    const parsed = typeof reference === 'string' ? parseReference(reference) : reference;
    if (typeof parsed === 'string') {
      const shown = String(reference).slice(0, 160);
      throw new ImageError('malformed', `\`${shown}\` is no image name: ${parsed}`);
    }
    const all = firstOf(credentials === undefined ? this.#credentials : [credentials, ...this.#credentials]);
    const sessions = this.#shared.hosts
      .endpoints(parsed)
      .map((endpoint) => new Session(endpoint, all, this.#shared));
    return new RegistryImage(parsed, sessions, this.#shared, this.#manifests);
  }

  /** Closes what connections are idle; requests under way break off. */
  close(): void {
    this.#shared.transport.close();
  }
}
