import { promises as dns } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { cancelled, ImageError, throwIfCancelled } from '../error.ts';
import { scopeOf, withinScope } from './address.ts';
import { readBody } from './body.ts';
import type { RegistryLimits } from './config.ts';
import { connectionProblem } from './connection-problem.ts';
import type { Hosts } from './hosts.ts';
import type { Timing } from './timing.ts';

/** The addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (hostname) =>
  (await dns.lookup(hostname, { all: true })).map(({ address }) => address);

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  /** What configuration calls the host. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Response {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Throws a TransientError where it breaks off or stalls. To be read or cancelled. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly cancel: () => void;
}

export interface TransportOptions {
  readonly hosts: Hosts;
  readonly limits: RegistryLimits;
  readonly timing: Timing;
  readonly resolve: Resolve;
}

/** Sends one request. Where it may go is decided on the address that is connected to, not on the name. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: 8, maxFreeSockets: 2 });
  readonly #tls = new https.Agent({ keepAlive: true, maxSockets: 8, maxFreeSockets: 2 });

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * @throws TransientError where the host cannot be reached now or does not answer in time; ImageError `refused` for an address that
   *   the host may not have, `unavailable` for what waiting will not mend, `cancelled`
   */
  async send(request: Request, signal: AbortSignal): Promise<Response> {
    const { limits, timing } = this.#options;
    throwIfCancelled(signal);
    this.#checkLiteral(request);
    const message = this.#open(request);
    const shaking = watchHandshake(message);
    const late = { yet: false };
    const end = timing.after(limits.response, () => {
      late.yet = true;
      message.destroy(new Error('late'));
    });
    const onAbort = (): void => void message.destroy(cancelled(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const reply = await new Promise<http.IncomingMessage>((resolve, reject) => {
        message.once('response', resolve);
        // Once the response has begun its stream tells of errors too.
        message.on('error', reject);
        message.end(request.body);
      });
      // An error before the body is read is found when it is.
      reply.on('error', () => {});
      return {
        status: reply.statusCode ?? 0,
        headers: reply.headers,
        body: readBody(reply, { host: request.host, stall: limits.stall, timing, signal }),
        cancel: () => void reply.destroy(),
      };
    } catch (error) {
      throw connectionProblem(error, {
        host: request.host,
        late: late.yet ? limits.response : undefined,
        handshake: shaking.yet,
        signal,
      });
    } finally {
      end();
      signal.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  #open({ method, url, host, headers, body }: Request): http.ClientRequest {
    const isTls = url.protocol === 'https:';
    const ca = isTls ? this.#options.hosts.authorities(host) : undefined;
    const options: https.RequestOptions = {
      method,
      hostname: bareHost(url),
      port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers: {
        'user-agent': 'abatis',
        'accept-encoding': 'identity',
        ...headers,
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: isTls ? this.#tls : this.#plain,
      lookup: this.#lookup(host),
      // What npm or a shell set for others does not switch off the check of certificates here.
      ...(isTls && { rejectUnauthorized: true, ...(ca !== undefined && { ca: [...ca] }) }),
    };
    return isTls ? https.request(options) : http.request(options);
  }

  /** Addresses are connected to as they are, without a lookup. */
  #checkLiteral({ url, host }: Request): void {
    const address = bareHost(url);
    if (isIP(address) !== 0 && !this.#mayConnect(host, address)) throw refusedAddress(host);
  }

  #mayConnect(host: string, address: string): boolean {
    return withinScope(scopeOf(address), this.#options.hosts.scope(host));
  }

  /** What it answers is what is connected to: a name cannot mean one address when it is checked and another afterwards. */
  #lookup(host: string): LookupFunction {
    return (hostname, { all }, callback) => {
      this.#options.resolve(hostname).then(
        (addresses) => {
          const good = addresses
            .filter((address) => isIP(address) !== 0 && this.#mayConnect(host, address))
            .map((address) => ({ address, family: isIP(address) }));
          const [first] = good;
          if (first === undefined) callback(refusedAddress(host), []);
          else if (all === true) callback(null, good);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, []),
      );
    };
  }
}

/** Whether TLS is still being agreed on. */
function watchHandshake(message: http.ClientRequest): { yet: boolean } {
  const state = { yet: false };
  message.once('socket', (socket) => {
    if (!(socket instanceof TLSSocket) || message.reusedSocket) return;
    state.yet = true;
    socket.once('secureConnect', () => {
      state.yet = false;
    });
  });
  return state;
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function refusedAddress(host: string): ImageError {
  return new ImageError('refused', `\`${host}\` is at an address where it may not be`, {
    help: 'if it is meant to be in a private network or on this machine, name it in the configuration, with `addresses`',
  });
}
