import type { JsonObject } from '../model/index.ts';
import { type ClusterClient, ClusterError } from './client.ts';

/** How the cache stands to the cluster. */
export interface NamespaceState {
  /** Every Namespace has been seen once; from then on there are answers, if old ones. */
  readonly synced: boolean;
  /** Changes arrive at this moment. */
  readonly connected: boolean;
  readonly count: number;
  /** Why it is not connected. */
  readonly problem?: string;
}

/** The cluster's Namespaces by name, kept up to date: their metadata's name, labels and annotations. */
export interface NamespaceCache {
  get(name: string): JsonObject | undefined;
  /**
   * Asks the cluster for a Namespace that is too new for the cache, as the API server itself does for its
   * namespaceSelectors (apiserver webhook/predicates/namespace/matcher.go). Undefined where there is none, or the
   * cluster does not say so in time; never rejects.
   */
  fetch(name: string): Promise<JsonObject | undefined>;
  state(): NamespaceState;
  /** Settled when everything has been seen once, or the cache was closed. */
  readonly synced: Promise<void>;
  close(): void;
}

export interface NamespaceCacheOptions {
  /** Told when the state changes: first contact, a connection lost, found again. */
  readonly onChange?: (state: NamespaceState) => void;
  /** Told when a Namespace could not be asked for, with the reason; that there is none is no failure. */
  readonly onFailedFetch?: (name: string, problem: string) => void;
  /** In milliseconds, of the first of several attempts to connect; each one waits twice as long. */
  readonly retryAfter?: number;
  /** In milliseconds: the most that an attempt waits. */
  readonly retryLimit?: number;
}

/** Only metadata is sent, as apimachinery's PartialObjectMetadata; a list and its items have names of their own. */
const acceptList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const acceptOne = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

const path = '/api/v1/namespaces';
const pageSize = 500;
const listTimeout = 30_000;
const watchSeconds = 300;
const fetchTimeout = 2_000;

/** How many Namespaces are asked for at the same time: names come from requests, and therefore from anybody. */
const fetchLimit = 8;

/**
 * Lists and watches Namespaces until it is closed. While the cluster is out of reach the last good state stays, and
 * `state` says so; afterwards the watch goes on where it was, or everything is listed anew.
 */
export function namespaceCache(client: ClusterClient, options: NamespaceCacheOptions = {}): NamespaceCache {
  const { onChange, onFailedFetch, retryAfter = 500, retryLimit = 30_000 } = options;
  const closed = new AbortController();
  const fetches = new Map<string, Promise<JsonObject | undefined>>();
  let known = new Map<string, JsonObject>();
  let synced = false;
  let connected = false;
  let problem: string | undefined;
  let resolveSynced = (): void => undefined;
  const firstSync = new Promise<void>((resolve) => {
    resolveSynced = resolve;
  });

  const state = (): NamespaceState => ({
    synced,
    connected,
    count: known.size,
    ...(problem === undefined ? {} : { problem }),
  });

  function change(isConnected: boolean, why?: string): void {
    const news = connected !== isConnected || problem !== why;
    connected = isConnected;
    problem = why;
    if (news) onChange?.(state());
  }

  async function list(): Promise<string> {
    const found = new Map<string, JsonObject>();
    let page = '';
    for (;;) {
      const answer = await client.get(`${path}?limit=${pageSize}${page}`, {
        accept: acceptList,
        timeout: listTimeout,
      });
      const items = member(answer, 'items');
      if (!Array.isArray(items)) throw new ClusterError('the API server answers no list of Namespaces');
      for (const item of items) {
        const namespace = essence(item);
        if (namespace !== undefined) found.set(namespace.name, namespace.object);
      }
      const next = text(member(answer, 'metadata'), 'continue') ?? '';
      if (next === '') {
        known = found;
        return text(member(answer, 'metadata'), 'resourceVersion') ?? '';
      }
      page = `&continue=${encodeURIComponent(next)}`;
    }
  }

  // Returns the version to go on from; throws where the server lost track of it.
  async function watch(from: string): Promise<string> {
    let version = from;
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${from}`;
    const idle = (watchSeconds + 30) * 1000;
    const onOpen = () => change(true);
    await client.lines(
      `${path}?${query}`,
      { accept: acceptOne, idle, signal: closed.signal, onOpen },
      (line) => {
        const event: unknown = JSON.parse(line);
        const object = member(event, 'object');
        const type = text(event, 'type');
        if (type === 'ERROR') {
          const code = member(object, 'code');
          throw new ClusterError(
            text(object, 'message') ?? 'the watch failed',
            typeof code === 'number' ? code : undefined,
          );
        }
        version = text(member(object, 'metadata'), 'resourceVersion') ?? version;
        const namespace = type === 'BOOKMARK' ? undefined : essence(object);
        if (namespace === undefined) return;
        if (type === 'DELETED') known.delete(namespace.name);
        else known.set(namespace.name, namespace.object);
      },
    );
    return version;
  }

  async function run(): Promise<void> {
    let version = '';
    let wait = retryAfter;
    while (!closed.signal.aborted) {
      try {
        if (version === '') {
          version = await list();
          synced = true;
          change(true);
          resolveSynced();
        }
        const begun = performance.now();
        version = await watch(version);
        wait = retryAfter;
        // A server that ends every watch at once must not be asked in a tight loop.
        if (performance.now() - begun < 1000) await pause(retryAfter, closed.signal);
      } catch (error) {
        if (closed.signal.aborted) break;
        // 410 Gone: the version is too old to go on from. Other refusals may be about it, too.
        if (error instanceof ClusterError && error.status !== undefined) version = '';
        change(false, error instanceof Error ? error.message : 'the watch failed');
        await pause(wait * (0.75 + Math.random() / 2), closed.signal);
        wait = Math.min(wait * 2, retryLimit);
      }
    }
    resolveSynced();
  }

  async function ask(name: string): Promise<JsonObject | undefined> {
    try {
      const answer = await client.get(`${path}/${encodeURIComponent(name)}`, {
        accept: acceptOne,
        timeout: fetchTimeout,
      });
      return essence(answer)?.object;
    } catch (error) {
      const isAbsent = error instanceof ClusterError && error.status === 404;
      if (!isAbsent) onFailedFetch?.(name, error instanceof Error ? error.message : 'it failed');
      return undefined;
    } finally {
      fetches.delete(name);
    }
  }

  void run();
  return {
    get: (name) => known.get(name),
    fetch(name) {
      const running = fetches.get(name);
      if (running !== undefined) return running;
      // Out of reach, asking would only make every request wait.
      if (!connected || fetches.size >= fetchLimit) return Promise.resolve(undefined);
      const asked = ask(name);
      fetches.set(name, asked);
      return asked;
    },
    state,
    synced: firstSync,
    close: () => closed.abort(),
  };
}

/** What selectors and expressions read of a Namespace; managed fields and the rest would be ten times as much. */
function essence(value: unknown): { readonly name: string; readonly object: JsonObject } | undefined {
  const metadata = member(value, 'metadata');
  const name = text(metadata, 'name');
  if (name === undefined || name === '') return undefined;
  const labels = member(metadata, 'labels');
  const annotations = member(metadata, 'annotations');
  const kept = {
    name,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { name, object: { apiVersion: 'v1', kind: 'Namespace', metadata: kept } };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: unknown })[key]
    : undefined;
}

function text(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}
