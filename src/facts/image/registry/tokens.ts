import { Flights } from '../cache/flights.ts';
import { collect } from '../digest.ts';
import { ImageError } from '../error.ts';
import { Json } from '../json.ts';
import type { Challenge } from './challenge.ts';
import type { RegistryLimits } from './config.ts';
import { type Credential, keyOf } from './credential.ts';
import { basic } from './header.ts';
import { type Endpoint, type Hosts, nameOf } from './hosts.ts';
import { discard } from './response.ts';
import { retryAfter, TransientError } from './retry.ts';
import type { Timing } from './timing.ts';
import type { Request, Transport } from './transport.ts';

export interface TokenRequest {
  /** A Bearer challenge with a realm. */
  readonly challenge: Challenge;
  /** Undefined for an anonymous token. */
  readonly credential: Credential | undefined;
  readonly endpoint: Endpoint;
}

interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface TokensOptions {
  readonly hosts: Hosts;
  readonly limits: RegistryLimits;
  readonly timing: Timing;
  readonly transport: Transport;
}

/** Tokens that are remembered. */
const most = 1000;
/** Seconds that a token is good for where its issuer does not say (Docker's token specification). */
const usualLife = 60;
const longestLife = 24 * 60 * 60;

/**
 * Tokens by issuer, scope and credential, remembered until shortly before they expire. After Docker's token authentication
 * specification: the scope is `repository:<name>:pull` whatever the registry asks for, so that none can ask for more.
 */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #tokens = new Map<string, Token>();
  readonly #flights = new Flights<Token>();

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  /**
   * @throws ImageError `unauthorized` where the issuer does not take the credential, `refused` for an issuer that is not the
   *   registry's, TransientError
   */
  async get(request: TokenRequest, signal: AbortSignal): Promise<string> {
    const key = keyOfRequest(request);
    const known = this.#tokens.get(key);
    if (known !== undefined && known.until > this.#options.timing.now()) return known.text;
    const token = await this.#flights.join(key, (own) => this.#fetch(request, own), signal);
    this.#tokens.delete(key);
    this.#tokens.set(key, token);
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size <= most) break;
      this.#tokens.delete(oldest);
    }
    return token.text;
  }

  /** Whether a token is held that has not expired. */
  holds(request: TokenRequest): boolean {
    const known = this.#tokens.get(keyOfRequest(request));
    return known !== undefined && known.until > this.#options.timing.now();
  }

  forget(request: TokenRequest): void {
    this.#tokens.delete(keyOfRequest(request));
  }

  async #fetch(request: TokenRequest, signal: AbortSignal): Promise<Token> {
    const { endpoint } = request;
    const { limits, timing, transport } = this.#options;
    const late = new AbortController();
    const end = timing.after(limits.document, () => late.abort());
    const either = AbortSignal.any([signal, late.signal]);
    try {
      const response = await transport.send(this.#requestFor(request), either);
      const { status, headers } = response;
      if (status === 200) {
        const body = await collect(response.body, limits.tokenBytes, 'the token');
        return readToken(body, timing.now());
      }
      await discard(response, timing);
      const what = `the issuer of tokens for \`${endpoint.host}\` answered ${status}`;
      if (status === 429 || status >= 500)
        throw new TransientError('unavailable', what, {
          after: retryAfter(headers['retry-after'], timing.now()),
        });
      // Redirects are not followed: what is sent here is a password.
      throw new ImageError('unauthorized', what, { help: 'look whether the credentials are right' });
    } catch (error) {
      if (late.signal.aborted && !signal.aborted)
        throw new TransientError(
          'unavailable',
          `there is no token for \`${endpoint.host}\` within ${limits.document} ms`,
        );
      throw error;
    } finally {
      end();
    }
  }

  #requestFor({ challenge, credential, endpoint }: TokenRequest): Request {
    const { parameters } = challenge;
    const url = URL.parse(parameters.get('realm') ?? '');
    if (url === null || !/^https?:$/.test(url.protocol))
      throw new ImageError('malformed', `\`${endpoint.host}\` names no issuer of tokens`);
    if (!this.#options.hosts.issuesTokens(url, endpoint))
      throw new ImageError(
        'refused',
        `\`${endpoint.host}\` wants tokens of \`${url.origin}\`, which is not known to issue them for it`,
        {
          help: 'if it is, name it among the `tokenHosts` of that registry in the configuration',
        },
      );
    url.hash = '';
    const service = parameters.get('service');
    const scope = scopeOf(endpoint);
    const host = nameOf(url, endpoint);
    const refresh = credential?.identityToken;
    if (refresh !== undefined) {
      // Docker's OAuth 2 form of it (RFC 6749, section 6).
      const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'abatis', scope });
      if (service !== undefined) form.set('service', service);
      form.set('refresh_token', refresh);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return { method: 'POST', url, host, headers, body: form.toString() };
    }
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', scope);
    const authorization = credential === undefined ? undefined : basic(credential);
    if (credential !== undefined && authorization === undefined)
      throw new ImageError(
        'unauthorized',
        `a credential for \`${endpoint.host}\` has neither a name nor a token`,
      );
    return { method: 'GET', url, host, headers: authorization === undefined ? {} : { authorization } };
  }
}

function scopeOf({ repository }: Endpoint): string {
  return `repository:${repository}:pull`;
}

function keyOfRequest({ challenge, credential, endpoint }: TokenRequest): string {
  const { parameters } = challenge;
  return JSON.stringify([
    endpoint.url.origin,
    parameters.get('realm'),
    parameters.get('service'),
    scopeOf(endpoint),
    keyOf(credential),
  ]);
}

/** By the clock here, whatever the issuer's says; a tenth earlier than it allows, for the way takes time. */
function readToken(bytes: Uint8Array, now: number): Token {
  const json = Json.parse(bytes, 'the token');
  const text = json.get('token').text('') || json.get('access_token').text('');
  if (text === '') throw new ImageError('malformed', 'the answer to a request for a token has none');
  const life = json.get('expires_in');
  const seconds = Math.min(longestLife, life.missing ? usualLife : life.size());
  return { text, until: now + seconds * 900 };
}
