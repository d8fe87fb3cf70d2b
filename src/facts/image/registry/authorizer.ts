import { ImageError, throwIfCancelled } from '../error.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credential, CredentialSource } from './credential.ts';
import { basic, bearer } from './header.ts';
import type { Endpoint } from './hosts.ts';
import { discard } from './response.ts';
import type { Shared } from './shared.ts';
import type { Response } from './transport.ts';

/**
 * What to show a registry: nothing, until it asks. Then each credential in its order, and at last nothing again (or an anonymous
 * token). What was let in is shown first from then on.
 */
export class Authorizer {
  readonly #endpoint: Endpoint;
  readonly #credentials: CredentialSource;
  readonly #shared: Shared;
  #current: string | undefined;

  constructor(endpoint: Endpoint, credentials: CredentialSource, shared: Shared) {
    this.#endpoint = endpoint;
    this.#credentials = credentials;
    this.#shared = shared;
  }

  get current(): string | undefined {
    return this.#current;
  }

  keep(authorization: string): void {
    this.#current = authorization;
  }

  /**
   * Authorization headers to try after a response that denied the current one, each made when it is asked for.
   * @param latest the response to the one tried last
   */
  async *others(latest: () => Response, signal: AbortSignal): AsyncGenerator<string> {
    const refused = new Set(this.#current === undefined ? [] : [this.#current]);
    const challenges = challengesOf(latest());
    const credentials = await this.#credentials.lookup(this.#name, signal);
    const challenge = this.#choose(challenges) ?? (await this.#ping(credentials, signal));
    if (challenge === undefined) return;
    let problem: ImageError | undefined;
    for (const credential of [...credentials, undefined]) {
      throwIfCancelled(signal);
      try {
        for await (const authorization of this.#headers(challenge, credential, latest, signal)) {
          if (authorization === undefined || refused.has(authorization)) continue;
          refused.add(authorization);
          yield authorization;
        }
      } catch (error) {
        if (!(error instanceof ImageError) || error.reason !== 'unauthorized') throw error;
        problem ??= error;
      }
    }
    // The registry's own answer says more, if one of them led to one.
    if (problem !== undefined && refused.size === 0) throw problem;
  }

  get #name(): string {
    return `${this.#endpoint.host}/${this.#endpoint.repository}`;
  }

  /** What a credential gives. */
  async *#headers(
    challenge: Challenge,
    credential: Credential | undefined,
    latest: () => Response,
    signal: AbortSignal,
  ): AsyncGenerator<string | undefined> {
    if (challenge.scheme === 'basic') {
      yield credential === undefined ? undefined : basic(credential);
    } else if (credential?.registryToken !== undefined) {
      yield bearer(credential.registryToken);
    } else {
      const { tokens } = this.#shared;
      const ask = { challenge, credential, endpoint: this.#endpoint };
      const held = tokens.holds(ask);
      yield bearer(await tokens.get(ask, signal));
      if (!held || latest().status !== 401) return;
      // It was good once and is not any more: expired early, or withdrawn.
      tokens.forget(ask);
      yield bearer(await tokens.get(ask, signal));
    }
  }

  /** Bearer goes before Basic: what is sent again and again is then not the password. */
  #choose(challenges: readonly Challenge[]): Challenge | undefined {
    return (
      challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm')) ??
      challenges.find(({ scheme }) => scheme === 'basic')
    );
  }

  /** Some registries say of an image only that it is not there, and how to log in at their root alone. */
  async #ping(credentials: readonly Credential[], signal: AbortSignal): Promise<Challenge | undefined> {
    if (credentials.length === 0) return undefined;
    const { host, url } = this.#endpoint;
    const request = { method: 'GET', url: new URL('/v2/', url), host, headers: {} } as const;
    const response = await this.#shared.transport.send(request, signal);
    await discard(response, this.#shared.timing);
    return response.status === 401 ? this.#choose(challengesOf(response)) : undefined;
  }
}

function challengesOf({ headers }: Response): readonly Challenge[] {
  return parseChallenges(headers['www-authenticate'] ?? '');
}
