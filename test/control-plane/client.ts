import { Agent, request } from 'node:https';
import type { KeyPair } from './certificates.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` unless told; a PATCH wants one of Kubernetes' patch types. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiResponse {
  readonly status: number;
  /** The texts of the `Warning` headers, in order. */
  readonly warnings: readonly string[];
  /** The JSON, or the text where it is none. */
  readonly body: unknown;
}

/** Speaks JSON to an API server, as one user, over connections that are kept. */
export interface ApiClient {
  readonly request: (path: string, options?: ApiRequest) => Promise<ApiResponse>;
  readonly close: () => void;
}

/** @param credentials a client certificate; without one the user is `system:anonymous`. */
export function createClient(url: string, authority: string, credentials?: KeyPair): ApiClient {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 64,
    ca: authority,
    ...(credentials && { cert: credentials.certificate, key: credentials.key }),
  });
  return {
    request: (path, options = {}) => send(new URL(path, url), agent, options),
    close: () => agent.destroy(),
  };
}

function send(url: URL, agent: Agent, options: ApiRequest): Promise<ApiResponse> {
  const { method = 'GET', contentType = 'application/json', headers } = options;
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent,
      method,
      headers: { accept: 'application/json', ...(body && { 'content-type': contentType }), ...headers },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: incoming.statusCode ?? 0,
          warnings: warningTexts(incoming.rawHeaders),
          body: parse(text),
        });
      });
    });
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The quoted texts of `Warning: 299 - "text"` (RFC 7234, 5.5), which Node hands over as Latin-1. */
function warningTexts(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders
    .filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'warning')
    .map((value) => /^\d{3} \S+ "(.*)"$/s.exec(value)?.[1] ?? value)
    .map((text) => Buffer.from(text.replaceAll(/\\(.)/gs, '$1'), 'latin1').toString('utf8'));
}
