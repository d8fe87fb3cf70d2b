import type { JsonObject } from '../model/index.ts';
import type { ClusterClient } from './client.ts';
import { member, type RetryOptions, text, type WatchState, watchedList } from './watched-list.ts';

/** A document of ours as the cluster holds it. */
export interface ClusterDocument {
  readonly kind: string;
  /** Empty where the kind is cluster-scoped. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Counts changes of the document, but not those of its status. */
  readonly generation: number;
  /** All of it, the status too. */
  readonly object: JsonObject;
}

/** A kind of documents, and where the cluster has them. */
export interface DocumentResource {
  readonly kind: string;
  /** `abatis.dev/v1alpha1` */
  readonly apiVersion: string;
  /** `policies` */
  readonly resource: string;
}

export interface DocumentsState {
  /** Every document of every kind has been seen once. */
  readonly synced: boolean;
  /** Changes of every kind arrive at this moment. */
  readonly connected: boolean;
  readonly count: number;
  /** Why they do not. */
  readonly problem?: string;
  /** Since when they do not, in milliseconds since the epoch. */
  readonly lostAt?: number;
}

export interface PolicyDocuments {
  documents(): readonly ClusterDocument[];
  state(): DocumentsState;
  close(): void;
}

export interface PolicyDocumentsOptions extends RetryOptions {
  readonly resources: readonly DocumentResource[];
  /** Told after every change of what is known. */
  readonly onChange: () => void;
  /** Told when the state changes: first contact, a connection lost, found again. */
  readonly onState: (state: DocumentsState) => void;
}

/**
 * Follows documents of ours in the cluster until it is closed. A kind that the cluster does not know has none. Takes
 * the verbs list and watch on the resources.
 */
export function policyDocuments(client: ClusterClient, options: PolicyDocumentsOptions): PolicyDocuments {
  const { resources, onChange, onState, ...retry } = options;
  let lostAt: number | undefined = Date.now();
  let wasConnected = false;
  const lists = resources.map(({ kind, apiVersion, resource }) =>
    watchedList<ClusterDocument>(client, {
      ...retry,
      path: `/apis/${apiVersion}/${resource}`,
      noun: resource,
      keep: (object) => documentOf(object, kind, apiVersion),
      mayBeUnknown: true,
      onChange,
      onState: tell,
    }),
  );

  function tell(): void {
    const { connected } = state();
    if (connected) lostAt = undefined;
    else if (wasConnected) lostAt ??= Date.now();
    wasConnected = connected;
    onState(state());
  }

  function state(): DocumentsState {
    const states: readonly WatchState[] = lists.map((list) => list.state());
    const problem = states.find((each) => each.problem !== undefined)?.problem;
    return {
      synced: states.every(({ synced }) => synced),
      connected: states.every(({ connected }) => connected),
      count: states.reduce((sum, { count }) => sum + count, 0),
      ...(problem !== undefined && { problem }),
      ...(lostAt !== undefined && { lostAt }),
    };
  }

  return {
    documents: () => lists.flatMap((list) => list.values()),
    state,
    close: () => {
      for (const list of lists) list.close();
    },
  };
}

function documentOf(
  object: unknown,
  kind: string,
  apiVersion: string,
): { readonly key: string; readonly value: ClusterDocument } | undefined {
  const metadata = member(object, 'metadata');
  const name = text(metadata, 'name');
  if (name === undefined || name === '') return undefined;
  const namespace = text(metadata, 'namespace') ?? '';
  const generation = member(metadata, 'generation');
  const value: ClusterDocument = {
    kind,
    namespace,
    name,
    uid: text(metadata, 'uid') ?? '',
    generation: typeof generation === 'number' ? generation : 0,
    object: { ...(object as JsonObject), apiVersion, kind },
  };
  return { key: `${namespace}/${name}`, value };
}
