import type { FactAnswer, JsonObject, ResourceKind } from '../model/index.ts';
import type { ClusterClient } from './client.ts';
import { discoverKind } from './discovery.ts';
import { essenceOf, type NamedObjects, unavailable } from './named-objects.ts';
import {
  member,
  pause,
  type RetryOptions,
  text,
  type WatchedList,
  type WatchState,
  watchedList,
} from './watched-list.ts';

/** How objects of a kind are looked up at this moment. */
export interface LookupState {
  /** `coordination.k8s.io/v1/Lease` */
  readonly kind: string;
  readonly how: 'starting' | 'watched' | 'by name' | 'not at all';
  readonly count: number;
  /** Why it is no better. */
  readonly problem?: string;
}

export interface FollowOptions extends RetryOptions {
  /** In milliseconds: how long what was known counts after the connection was lost. */
  readonly staleLimit?: number;
  /** How many objects of a kind, and bytes of JSON, are kept. */
  readonly limit?: { readonly objects: number; readonly bytes: number };
  /** Told when the state changes. */
  readonly onState?: (state: LookupState) => void;
}

/** Objects of one kind, to be looked up. */
export interface FollowedKind {
  state(): LookupState;
  /** What is known without waiting. */
  peek(namespace: string, name: string): FactAnswer | undefined;
  find(namespace: string, name: string): Promise<FactAnswer>;
  close(): void;
}

const defaultLimit = { objects: 10_000, bytes: 8 * 1024 * 1024 };
const defaultStaleLimit = 30_000;

/** Objects at a time, each of which may be a megabyte. */
const pageSize = 100;

/** A dead connection is noticed half a minute after that. */
const watchSeconds = 60;

/**
 * Looks objects of a kind up: from a watch; one by one where it may not be watched or there are too many of them.
 * @param kind `coordination.k8s.io/v1/Lease`
 */
export function followedKind(
  client: ClusterClient,
  kind: string,
  named: NamedObjects,
  options: FollowOptions = {},
): FollowedKind {
  const { retryAfter = 500, retryLimit = 30_000, staleLimit = defaultStaleLimit, onState } = options;
  const { limit = defaultLimit } = options;
  const closed = new AbortController();
  /** Settled when it is known how it stands. */
  let tried = Promise.withResolvers<void>();
  const slash = kind.lastIndexOf('/');
  const apiVersion = kind.slice(0, slash);
  let resource: ResourceKind | undefined;
  let list: WatchedList<string> | undefined;
  let problem: string | undefined;
  let lostAt: number | undefined;
  let told = '';

  function state(): LookupState {
    const count = list?.state().count ?? 0;
    const why = problem ?? list?.state().problem;
    return { kind, how: howNow(), count, ...(why !== undefined && { problem: why }) };
  }

  function howNow(): LookupState['how'] {
    if (list === undefined) return problem === undefined ? 'starting' : 'not at all';
    const { synced, connected, problem: lost } = list.state();
    if (isByName(list.state())) return 'by name';
    if (synced && (connected || !isStale())) return 'watched';
    return lost === undefined ? 'starting' : 'not at all';
  }

  function isStale(): boolean {
    return lostAt !== undefined && performance.now() - lostAt > staleLimit;
  }

  function tell(): void {
    const { how, problem: why } = state();
    const news = `${how} ${why}`;
    if (news === told) return;
    told = news;
    onState?.(state());
  }

  async function run(): Promise<void> {
    let wait = retryAfter;
    while (!closed.signal.aborted) {
      try {
        resource = await discoverKind(client, apiVersion, kind.slice(slash + 1));
        problem = resource === undefined ? `the cluster serves no \`${kind}\`` : undefined;
      } catch (error) {
        problem = `the cluster does not say what it serves: ${error instanceof Error ? error.message : error}`;
      }
      if (closed.signal.aborted) break;
      if (resource !== undefined && problem === undefined) return follow(resource);
      tried.resolve();
      tell();
      await pause(wait * (0.75 + Math.random() / 2), closed.signal);
      wait = Math.min(wait * 2, retryLimit);
    }
    tried.resolve();
  }

  function follow({ resource: plural }: ResourceKind): void {
    const following = watchedList<string>(client, {
      retryAfter,
      retryLimit,
      path: `${rootOf(apiVersion)}/${plural}`,
      noun: plural,
      pageSize,
      watchSeconds,
      limit: { ...limit, sizeOf: (kept) => kept.length },
      keep: (object) => keep(object, kind),
      onState({ connected, status }) {
        if (list !== following) return;
        if (connected) lostAt = undefined;
        else lostAt ??= performance.now();
        tried.resolve();
        if (status === 404) restart();
        tell();
      },
    });
    list = following;
    lostAt = undefined;
    void following.synced.then(() => {
      if (list !== following) return;
      tried.resolve();
      tell();
    });
  }

  /** The kind is gone: it may come back as another resource. */
  function restart(): void {
    list?.close();
    list = undefined;
    resource = undefined;
    problem = `the cluster serves no \`${kind}\` any more`;
    tried = Promise.withResolvers();
    void pause(retryAfter, closed.signal).then(run);
  }

  /** @returns undefined where it is not known yet how it stands */
  function answer(namespace: string, name: string): FactAnswer | 'by name' | undefined {
    if (problem !== undefined) return unavailable(problem);
    if (list === undefined || resource === undefined) return undefined;
    if (resource.namespaced && namespace === '')
      return unavailable(`\`${kind}\` is in a namespace, and none is named`);
    if (!isName(name) || (resource.namespaced && !isName(namespace))) return { status: 'known', value: null };
    const { synced, connected, problem: lost, ...rest } = list.state();
    if (isByName(rest)) return 'by name';
    if (synced && (connected || !isStale())) {
      const found = list.get(keyOf(resource.namespaced ? namespace : '', name));
      return { status: 'known', value: found === undefined ? null : (JSON.parse(found) as JsonObject) };
    }
    if (lost === undefined) return undefined;
    return unavailable(
      synced
        ? `the watch of \`${kind}\` is lost since more than ${staleLimit / 1000} s: ${lost}`
        : `\`${kind}\` could not be listed: ${lost}`,
    );
  }

  function pathOf(namespace: string, name: string): string {
    const inside = resource?.namespaced === true ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    return `${rootOf(apiVersion)}${inside}/${resource?.resource}/${encodeURIComponent(name)}`;
  }

  void run();
  return {
    state,
    peek(namespace, name) {
      const found = answer(namespace, name);
      return found === 'by name' ? named.peek(pathOf(namespace, name)) : found;
    },
    async find(namespace, name) {
      let found = answer(namespace, name);
      if (found === undefined) {
        await tried.promise;
        found = answer(namespace, name) ?? unavailable(`\`${kind}\` is not listed yet`);
      }
      if (found !== 'by name') return found;
      const path = pathOf(namespace, name);
      return named.peek(path) ?? named.get(path, name, kind);
    },
    close() {
      closed.abort();
      list?.close();
      tried.resolve();
    },
  };
}

/** It may not be listed or watched, or there is too much of it. */
function isByName({ status, exceeded }: Pick<WatchState, 'status' | 'exceeded'>): boolean {
  return status === 401 || status === 403 || status === 405 || exceeded === true;
}

function keep(object: unknown, kind: string): { readonly key: string; readonly value: string } | undefined {
  const metadata = member(object, 'metadata');
  const name = text(metadata, 'name');
  if (name === undefined) return undefined;
  const value = JSON.stringify(essenceOf(object, kind));
  return { key: keyOf(text(metadata, 'namespace') ?? '', name), value };
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function rootOf(apiVersion: string): string {
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
}

/**
 * What can be the name of an object, and a segment of a path without leading elsewhere.
 * Source: apimachinery `api/validation/path.IsValidPathSegmentName`.
 */
function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= 253 && !/[/%]/.test(name);
}
