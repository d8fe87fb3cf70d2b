import { readFile, stat } from 'node:fs/promises';
import { ImageError } from '../error.ts';
import type { Credential, CredentialSource } from './credential.ts';
import { type DockerConfig, parseDockerConfig } from './docker-config.ts';
import { askHelper } from './helper.ts';
import { Keyring } from './keyring.ts';
import type { Timing } from './timing.ts';

export interface CredentialFileOptions {
  /** Whether helper programs are run. */
  readonly helpers: boolean;
  /** Until a helper has answered, in milliseconds. */
  readonly helperTime: number;
  readonly timing: Timing;
  /** Told what is wrong with a file or a helper; nothing secret is in it. The other sources are asked all the same. */
  readonly onProblem: (problem: string) => void;
}

const longestFile = 1024 * 1024;
/** How long a helper's answer is good, in milliseconds: cloud providers' are for hours. */
const answerAge = 5 * 60 * 1000;

/** Credentials of a docker configuration file, which is read again when it has changed. */
export class CredentialFile implements CredentialSource {
  readonly #path: string;
  readonly #options: CredentialFileOptions;
  readonly #answers = new Map<
    string,
    { readonly credential: Credential | undefined; readonly until: number }
  >();
  #read: { readonly version: string; readonly config: DockerConfig; readonly keyring: Keyring } | undefined;

  constructor(path: string, options: CredentialFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** The helper of the registry, then what stands in the file: the order of the docker command. */
  async lookup(name: string, signal: AbortSignal): Promise<readonly Credential[]> {
    const read = await this.#load();
    if (read === undefined) return [];
    const helped = await this.#askHelper(read.config, name.slice(0, name.indexOf('/')), signal);
    return [...(helped === undefined ? [] : [helped]), ...read.keyring.find(name)];
  }

  async #load() {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (this.#read?.version === version) return this.#read;
      if (size > longestFile) throw new Error('it is larger than 1 MiB');
      const config = parseDockerConfig(await readFile(this.#path));
      this.#answers.clear();
      this.#read = { version, config, keyring: new Keyring(config.entries) };
      return this.#read;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const why = code === undefined || error instanceof ImageError ? (error as Error).message : code;
      this.#options.onProblem(`credentials in \`${this.#path}\` cannot be read: ${why}`);
      return undefined;
    }
  }

  async #askHelper(config: DockerConfig, host: string, signal: AbortSignal): Promise<Credential | undefined> {
    const { helpers, helperTime, timing, onProblem } = this.#options;
    if (!helpers) return undefined;
    // Docker Hub goes by its oldest name in docker's own files.
    const servers =
      host === 'docker.io' ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'] : [host];
    const named = servers.find((server) => config.helpers.has(server));
    const helper = named === undefined ? config.store : config.helpers.get(named);
    const server = named ?? servers[0] ?? host;
    if (helper === undefined) return undefined;
    const key = `${helper} ${server}`;
    const known = this.#answers.get(key);
    if (known !== undefined && known.until > timing.now()) return known.credential;
    try {
      const credential = await askHelper(helper, server, { timing, milliseconds: helperTime }, signal);
      this.#answers.set(key, { credential, until: timing.now() + answerAge });
      return credential;
    } catch (error) {
      if (error instanceof ImageError) throw error;
      onProblem(`no credential for \`${host}\`: ${(error as Error).message}`);
      return undefined;
    }
  }
}
