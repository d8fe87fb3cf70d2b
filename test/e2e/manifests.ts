/** The manifests that tests send, each with as little in it as the API server wants. */

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly securityContext?: { readonly privileged?: boolean };
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
}

interface Metadata {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly unknown[];
}

const image = 'registry.k8s.io/pause:3.10';

/** Limits, as the stock policies want them. */
export const limits = { limits: { cpu: '100m', memory: '64Mi' } };

/** A container that no stock policy finds anything in. */
export const good: Container = { name: 'web', resources: limits };

/** Labels, as the stock policies want them. */
export const goodLabels = { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/part-of': 'tests' };

export function privileged(name: string): Container {
  return { name, resources: limits, securityContext: { privileged: true } };
}

export function pod(name: string, spec: PodSpec, metadata: Metadata = {}) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec: podSpec(spec) };
}

export function deployment(name: string, spec: PodSpec, metadata: Metadata = { labels: goodLabels }) {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(spec) } },
  };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
}

function podSpec({ containers, ...rest }: PodSpec) {
  return { ...rest, containers: containers.map((container) => ({ image, ...container })) };
}
