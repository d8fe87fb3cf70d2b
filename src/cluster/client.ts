import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';

/** An API server that answered with something else than what was asked for, or did not answer. */
export class ClusterError extends Error {
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** One request, its body as text. */
export interface ClusterRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body?: string;
  /** `application/json` unless told. */
  readonly contentType?: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

export interface ClusterAnswer {
  readonly status: number;
  readonly body: string;
}

/** The few things that are asked of an API server, by paths beneath its root. */
export interface ClusterClient {
  /** For people: the address of the API server. */
  readonly server: string;
  /** GET, answered as one JSON document. Rejects with a ClusterError. */
  get(path: string, options: { readonly accept?: string; readonly timeout: number }): Promise<unknown>;
  /**
   * Any request, its answer whatever it is, refusals included. Rejects with a ClusterError where there is none within
   * `timeout` milliseconds, or `signal` aborts.
   */
  send(request: ClusterRequest): Promise<ClusterAnswer>;
  /**
   * GET, answered line by line until the server ends the answer or `signal` aborts.
   * Rejects with a ClusterError, also when nothing comes for `idle` milliseconds.
   */
  lines(
    path: string,
    options: {
      readonly accept?: string;
      readonly idle: number;
      readonly signal: AbortSignal;
      /** The server accepted, whether or not there is a line yet. */
      readonly onOpen: () => void;
    },
    onLine: (line: string) => void,
  ): Promise<void>;
}

/** One answer at most: ten thousand Namespaces with long annotations are far below. */
const answerLimit = 256 * 1024 * 1024;

/**
 * In milliseconds: how long a connection may be silent before the other side is asked whether it is there. A watch is
 * silent for minutes, and would be for as many on a connection to a machine that has lost its power.
 */
const probeAfter = 15_000;

/**
 * A client for the cluster of a kubeconfig's current context, or for the one that this process runs in.
 *
 * The Kubernetes client is used for what is intricate in it, kubeconfigs and credentials (exec plugins and rotating
 * tokens among them, hence asked anew for each request), and is imported only here: it takes 90 MB.
 *
 * @param kubeconfig the path of a kubeconfig; undefined for the service account of the pod
 * @returns the client, or in a sentence why there is none
 */
export async function clusterClient(
  kubeconfig: string | undefined,
): Promise<ClusterClient | { readonly problem: string }> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromCluster();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined || !URL.canParse(server)) {
    return { problem: 'its current context names no cluster with a server' };
  }
  const root = new URL(server);

  async function open(
    path: string,
    accept: string,
    signal: AbortSignal,
    { method = 'GET', body, contentType = 'application/json' }: Partial<ClusterRequest> = {},
  ): Promise<IncomingMessage> {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const url = new URL(root.pathname.replace(/\/$/, '') + path, root);
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      const headers = {
        ...options.headers,
        accept,
        'user-agent': 'abatis',
        ...(body !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
      };
      send(url, { ...options, method, headers, signal })
        .on('error', reject)
        .on('socket', (socket) => socket.setKeepAlive(true, probeAfter))
        .on('response', resolve)
        .end(body);
    });
  }

  return {
    server,
    async get(path, { accept = 'application/json', timeout }) {
      const signal = AbortSignal.timeout(timeout);
      try {
        const response = await open(path, accept, signal);
        const text = await readAll(response);
        refuseFailure(response, text);
        return JSON.parse(text);
      } catch (error) {
        throw asClusterError(error, signal, `no answer within ${timeout} ms`);
      }
    },
    async send(request) {
      const late = AbortSignal.timeout(request.timeout);
      const signal = request.signal === undefined ? late : AbortSignal.any([late, request.signal]);
      try {
        const response = await open(request.path, 'application/json', signal, request);
        return { status: response.statusCode ?? 0, body: await readAll(response) };
      } catch (error) {
        throw asClusterError(error, late, `no answer within ${request.timeout} ms`);
      }
    },
    async lines(path, { accept = 'application/json', idle, signal, onOpen }, onLine) {
      const watchdog = new AbortController();
      const either = AbortSignal.any([signal, watchdog.signal]);
      const timer = setTimeout(() => watchdog.abort(), idle);
      timer.unref();
      try {
        const response = await open(path, accept, either);
        if (response.statusCode !== 200) refuseFailure(response, await readAll(response));
        onOpen();
        response.setEncoding('utf8');
        let rest = '';
        for await (const chunk of response) {
          timer.refresh();
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          if (rest.length > answerLimit) throw new ClusterError('a line of the answer does not end');
          for (const line of lines) if (line !== '') onLine(line);
        }
      } catch (error) {
        if (!signal.aborted) throw asClusterError(error, watchdog.signal, `nothing came for ${idle} ms`);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > answerLimit) throw new ClusterError('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuseFailure(response: IncomingMessage, text: string): void {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return;
  throw new ClusterError(`the API server answers ${status}${statusMessage(text)}`, status);
}

// meta/v1 Status, where the answer is one.
function statusMessage(text: string): string {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? `: ${message.slice(0, 300)}` : '';
  } catch {
    return '';
  }
}

function asClusterError(error: unknown, timeout: AbortSignal, late: string): ClusterError {
  if (error instanceof ClusterError) return error;
  if (timeout.aborted) return new ClusterError(late);
  const message = error instanceof Error ? error.message : '';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new ClusterError(message || code || 'the connection failed');
}
