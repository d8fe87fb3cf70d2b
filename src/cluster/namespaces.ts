import type { JsonObject } from '../model/index.ts';
import { type ClusterClient, ClusterError } from './client.ts';
import { member, type RetryOptions, text, type WatchState, watchedList } from './watched-list.ts';

/** How the cache stands to the cluster. */
export type NamespaceState = WatchState;

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

export interface NamespaceCacheOptions extends RetryOptions {
  /** Told when the state changes: first contact, a connection lost, found again. */
  readonly onChange?: (state: NamespaceState) => void;
  /** Told when a Namespace could not be asked for, with the reason; that there is none is no failure. */
  readonly onFailedFetch?: (name: string, problem: string) => void;
}

/** Only metadata is sent, as apimachinery's PartialObjectMetadata; a list and its items have names of their own. */
const acceptList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const acceptOne = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';

const path = '/api/v1/namespaces';
const fetchTimeout = 2_000;

/** How many Namespaces are asked for at the same time: names come from requests, and therefore from anybody. */
const fetchLimit = 8;

/** Lists and watches Namespaces until it is closed, as `watchedList` does. */
export function namespaceCache(client: ClusterClient, options: NamespaceCacheOptions = {}): NamespaceCache {
  const { onChange, onFailedFetch, ...retry } = options;
  const fetches = new Map<string, Promise<JsonObject | undefined>>();
  const list = watchedList<JsonObject>(client, {
    ...retry,
    path,
    noun: 'Namespaces',
    accept: { list: acceptList, one: acceptOne },
    keep: essence,
    ...(onChange !== undefined && { onState: onChange }),
  });

  async function ask(name: string): Promise<JsonObject | undefined> {
    try {
      const answer = await client.get(`${path}/${encodeURIComponent(name)}`, {
        accept: acceptOne,
        timeout: fetchTimeout,
      });
      return essence(answer)?.value;
    } catch (error) {
      const isAbsent = error instanceof ClusterError && error.status === 404;
      if (!isAbsent) onFailedFetch?.(name, error instanceof Error ? error.message : 'it failed');
      return undefined;
    } finally {
      fetches.delete(name);
    }
  }

  return {
    get: list.get,
    fetch(name) {
      const running = fetches.get(name);
      if (running !== undefined) return running;
      // Out of reach, asking would only make every request wait.
      if (!list.state().connected || fetches.size >= fetchLimit) return Promise.resolve(undefined);
      const asked = ask(name);
      fetches.set(name, asked);
      return asked;
    },
    state: list.state,
    synced: list.synced,
    close: list.close,
  };
}

/** What selectors and expressions read of a Namespace; managed fields and the rest would be ten times as much. */
function essence(value: unknown): { readonly key: string; readonly value: JsonObject } | undefined {
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
  return { key: name, value: { apiVersion: 'v1', kind: 'Namespace', metadata: kept } };
}
