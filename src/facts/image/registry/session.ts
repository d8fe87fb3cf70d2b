import { ImageError } from '../error.ts';
import { Authorizer } from './authorizer.ts';
import type { CredentialSource } from './credential.ts';
import { type Endpoint, nameOf } from './hosts.ts';
import { discard, errorCode } from './response.ts';
import { retryAfter, TransientError } from './retry.ts';
import type { Shared } from './shared.ts';
import type { Response } from './transport.ts';

export interface Ask {
  readonly method: 'GET' | 'HEAD';
  /** After `/v2/<repository>/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are answers, besides 200. */
  readonly accept?: readonly number[];
}

interface Followed extends Response {
  /** Whether another host than the registry answered. */
  readonly elsewhere: boolean;
}

/** One repository at one endpoint, read with one set of credentials. Remembers what it had to show. */
export class Session {
  readonly endpoint: Endpoint;
  readonly #shared: Shared;
  readonly #authorizer: Authorizer;

  constructor(endpoint: Endpoint, credentials: CredentialSource, shared: Shared) {
    this.endpoint = endpoint;
    this.#shared = shared;
    this.#authorizer = new Authorizer(endpoint, credentials, shared);
  }

  /**
   * One request, with its redirects and with as many credentials as it takes: the first that is let in. Without
   * retries.
   * @throws TransientError, ImageError
   */
  async ask(ask: Ask, signal: AbortSignal): Promise<Response> {
    const { current } = this.#authorizer;
    let response = await this.#follow(ask, current, signal);
    const problems: ImageError[] = [];
    // Who has been let in before can believe that something is not there.
    if (isDenied(response) && !(response.status === 404 && current !== undefined)) {
      try {
        for await (const authorization of this.#authorizer.others(() => response, signal)) {
          problems.push(await this.#problem(response));
          response = await this.#follow(ask, authorization, signal);
          if (!isDenied(response)) {
            this.#authorizer.keep(authorization);
            break;
          }
        }
      } catch (error) {
        response.cancel();
        throw error;
      }
    }
    if (response.status === 200 || ask.accept?.includes(response.status) === true) return response;
    const last = await this.#problem(response);
    // One credential that is let in and finds nothing says more than another that is not.
    throw (isDenied(response) && problems.find(({ reason }) => reason === 'notFound')) || last;
  }

  /** Credentials go to the registry only (RFC 9110, section 15.4). */
  async #follow(ask: Ask, authorization: string | undefined, signal: AbortSignal): Promise<Followed> {
    const { endpoint } = this;
    const { hosts, limits, timing, transport } = this.#shared;
    let url = new URL(`/v2/${endpoint.repository}/${ask.path}`, endpoint.url);
    // Once another host has had a say, nothing is shown any more, even where that leads back.
    let elsewhere = false;
    for (let redirects = 0; ; redirects++) {
      elsewhere ||= url.origin !== endpoint.url.origin;
      const shown = elsewhere || authorization === undefined ? {} : { authorization };
      const headers = { ...ask.headers, ...shown };
      const host = nameOf(url, endpoint);
      const response = await transport.send({ method: ask.method, url, host, headers }, signal);
      const { location } = response.headers;
      if (!redirections.has(response.status) || location === undefined) return { ...response, elsewhere };
      await discard(response, timing);
      if (redirects >= limits.redirects)
        throw new ImageError('refused', `\`${endpoint.host}\` redirects more than ${limits.redirects} times`);
      const next = URL.parse(location, url.href);
      if (next === null)
        throw new ImageError('malformed', `\`${endpoint.host}\` redirects to what is no address`);
      const problem = hosts.redirectProblem(next, endpoint);
      if (problem !== undefined)
        throw new ImageError(
          'refused',
          `\`${endpoint.host}\` redirects to \`${next.host}\`, which ${problem}`,
          {
            help: 'if that is where it keeps its content, name that host among the `contentHosts` of that registry in the configuration',
          },
        );
      url = next;
    }
  }

  async #problem(response: Followed): Promise<ImageError> {
    const { status, headers } = response;
    const { timing } = this.#shared;
    const { host } = this.endpoint;
    const said = await errorCode(response, timing);
    const what = `\`${host}\` answered ${status}${said === undefined ? '' : ` (${said})`}`;
    const after = retryAfter(headers['retry-after'], timing.now());
    if (status === 429)
      return new TransientError('unavailable', what, {
        after,
        help: 'it limits how often images are asked for',
      });
    // Addresses that a registry redirects to expire; another request brings new ones.
    if (passing.has(status) || (response.elsewhere && (status === 401 || status === 403)))
      return new TransientError('unavailable', what, { after });
    if (status === 404) return new ImageError('notFound', what);
    const help = 'give credentials that may pull it, or look whether its name is right';
    if (status === 401 || status === 403) return new ImageError('unauthorized', what, { help });
    return new ImageError('unavailable', what);
  }
}

const redirections: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const passing: ReadonlySet<number> = new Set([408, 425, 500, 502, 503, 504]);

/** What other credentials may open: registries say of what one may not see that it is not there. */
function isDenied({ status, elsewhere }: Followed): boolean {
  return !elsewhere && (status === 401 || status === 403 || status === 404);
}
