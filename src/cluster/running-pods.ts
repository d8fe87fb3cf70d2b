import type { ClusterClient } from './client.ts';
import { member, text, watchedList } from './watched-list.ts';

/** What images a pod runs, and with what they were pulled. */
export interface RunningPod {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pullSecrets: readonly string[];
  /** As the pod names them, each once. */
  readonly images: readonly string[];
}

export interface RunningPods {
  pods(): readonly RunningPod[];
  close(): void;
}

export interface RunningPodsOptions {
  /** Told after every change. */
  readonly onChange: () => void;
  /** Told when the cluster is out of reach, with the reason. */
  readonly onProblem: (problem: string) => void;
}

/** Follows the pods of a cluster that run, all namespaces together. */
export function runningPods(client: ClusterClient, { onChange, onProblem }: RunningPodsOptions): RunningPods {
  const list = watchedList<RunningPod>(client, {
    path: '/api/v1/pods',
    noun: 'Pods',
    keep: essence,
    onChange,
    onState: ({ problem }) => {
      if (problem !== undefined) onProblem(problem);
    },
  });
  return { pods: list.values, close: list.close };
}

function essence(object: unknown): { readonly key: string; readonly value: RunningPod } | undefined {
  const metadata = member(object, 'metadata');
  const name = text(metadata, 'name');
  if (name === undefined || text(member(object, 'status'), 'phase') !== 'Running') return undefined;
  const namespace = text(metadata, 'namespace') ?? '';
  const spec = member(object, 'spec');
  const containers = ['containers', 'initContainers'].flatMap((field) => items(spec, field));
  const images = containers.flatMap((container) => text(container, 'image') ?? []);
  const secrets = items(spec, 'imagePullSecrets');
  return {
    key: `${namespace}/${name}`,
    value: {
      namespace,
      serviceAccount: text(spec, 'serviceAccountName') ?? 'default',
      pullSecrets: secrets.flatMap((secret) => text(secret, 'name') ?? []),
      images: [...new Set(images)].filter((image) => image !== ''),
    },
  };
}

function items(value: unknown, field: string): readonly unknown[] {
  const found = member(value, field);
  return Array.isArray(found) ? found : [];
}
