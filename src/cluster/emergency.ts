import type { ClusterClient } from './client.ts';
import { member, type RetryOptions, text, type WatchState, watchedList } from './watched-list.ts';

/** The switch as it stands in the cluster. */
export interface EmergencySwitch {
  /** What `mode` says, as its author put it. */
  readonly mode: string;
  readonly uid: string;
  /** RFC 3339: when the key was written last, as the API server noted it. */
  readonly since?: string;
  /** What wrote it, `kubectl-create`; who that was the API server's audit log knows. */
  readonly by?: string;
  /** The annotation `abatis.dev/reason`. */
  readonly reason?: string;
}

export interface EmergencyWatch {
  /** Undefined where there is no ConfigMap of that name, or it has no `mode`. */
  current(): EmergencySwitch | undefined;
  state(): WatchState;
  close(): void;
}

export interface EmergencyWatchOptions extends RetryOptions {
  readonly namespace: string;
  /** Of the ConfigMap. */
  readonly name: string;
  /** Told after every change of what is known. */
  readonly onChange: () => void;
  /** Told when the state changes: first contact, a connection lost, found again. */
  readonly onState: (state: WatchState) => void;
}

/**
 * Follows one ConfigMap. Takes the verbs list and watch on it: a watch of one name is granted by `resourceNames`
 * (Kubernetes' documentation of RBAC).
 */
export function emergencyWatch(client: ClusterClient, options: EmergencyWatchOptions): EmergencyWatch {
  const { namespace, name, onChange, onState, ...retry } = options;
  const list = watchedList<EmergencySwitch | undefined>(client, {
    // Whoever waits for it waits in an emergency.
    retryLimit: 5000,
    ...retry,
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`,
    fieldSelector: `metadata.name=${name}`,
    noun: 'ConfigMaps',
    keep: (object) =>
      text(member(object, 'metadata'), 'name') === name ? { key: name, value: switchOf(object) } : undefined,
    onChange,
    onState,
  });
  return { current: () => list.get(name), state: list.state, close: list.close };
}

function switchOf(object: unknown): EmergencySwitch | undefined {
  const mode = text(member(object, 'data'), 'mode');
  if (mode === undefined) return undefined;
  const metadata = member(object, 'metadata');
  const reason = text(member(metadata, 'annotations'), 'abatis.dev/reason');
  const written = lastWrite(member(metadata, 'managedFields'));
  const since = written?.time ?? text(metadata, 'creationTimestamp');
  return {
    mode,
    uid: text(metadata, 'uid') ?? '',
    ...(since !== undefined && { since }),
    ...(written?.manager !== undefined && { by: written.manager }),
    ...(reason !== undefined && { reason }),
  };
}

/** Of the managers of `data.mode` (meta/v1 ManagedFieldsEntry), the one that wrote last. */
function lastWrite(
  entries: unknown,
): { readonly time: string | undefined; readonly manager: string | undefined } | undefined {
  if (!Array.isArray(entries)) return undefined;
  const [last] = entries
    .filter((entry) => member(member(member(entry, 'fieldsV1'), 'f:data'), 'f:mode') !== undefined)
    .map((entry) => ({ time: text(entry, 'time'), manager: text(entry, 'manager') }))
    .sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
  return last;
}
