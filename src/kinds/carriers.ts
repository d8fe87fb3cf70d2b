import type { Path } from '../model/index.ts';

/** A kind that carries a pod or the template of one. */
export interface PodCarrier {
  readonly group: string;
  readonly kind: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** From the object to what has the pod's `metadata` and `spec`. */
  readonly path: Path;
  /** Made by controllers from another carrier, whose template has been judged already. */
  readonly derived: boolean;
}

const template: Path = ['spec', 'template'];

/** Every built-in kind that carries a pod, the workloads of the retired group `extensions` among them. */
export const podCarriers: readonly PodCarrier[] = [
  { group: '', kind: 'Pod', subresource: '', path: [], derived: false },
  { group: '', kind: 'Pod', subresource: 'ephemeralcontainers', path: [], derived: false },
  { group: '', kind: 'Pod', subresource: 'resize', path: [], derived: false },
  { group: '', kind: 'PodTemplate', subresource: '', path: ['template'], derived: false },
  { group: '', kind: 'ReplicationController', subresource: '', path: template, derived: false },
  { group: 'apps', kind: 'ReplicaSet', subresource: '', path: template, derived: true },
  { group: 'apps', kind: 'Deployment', subresource: '', path: template, derived: false },
  { group: 'apps', kind: 'StatefulSet', subresource: '', path: template, derived: false },
  { group: 'apps', kind: 'DaemonSet', subresource: '', path: template, derived: false },
  { group: 'extensions', kind: 'ReplicaSet', subresource: '', path: template, derived: true },
  { group: 'extensions', kind: 'Deployment', subresource: '', path: template, derived: false },
  { group: 'extensions', kind: 'DaemonSet', subresource: '', path: template, derived: false },
  { group: 'batch', kind: 'Job', subresource: '', path: template, derived: true },
  {
    group: 'batch',
    kind: 'CronJob',
    subresource: '',
    path: ['spec', 'jobTemplate', 'spec', 'template'],
    derived: false,
  },
];
