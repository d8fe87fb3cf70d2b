import { podSpecs } from './pods.ts';

export type Manifest = Readonly<Record<string, unknown>>;

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const template = template_();
const byCa = { url: 'https://127.0.0.1/x' };
const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };

/** What is around a pod, for each kind that carries one. */
export const carriers: Readonly<Record<string, (spec: unknown) => Manifest>> = {
  Pod: (spec) => ({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec }),
  PodTemplate: (spec) => ({ apiVersion: 'v1', kind: 'PodTemplate', template: template_(spec) }),
  ReplicationController: (spec) => manifest('v1', 'ReplicationController', { template: template_(spec) }),
  ReplicaSet: (spec) => manifest('apps/v1', 'ReplicaSet', { selector, template: template_(spec) }),
  Deployment: (spec) => manifest('apps/v1', 'Deployment', { selector, template: template_(spec) }),
  StatefulSet: (spec) => manifest('apps/v1', 'StatefulSet', { selector, template: template_(spec) }),
  DaemonSet: (spec) => manifest('apps/v1', 'DaemonSet', { selector, template: template_(spec) }),
  Job: (spec) => manifest('batch/v1', 'Job', { template: template_(never(spec)) }),
  CronJob: (spec) =>
    manifest('batch/v1', 'CronJob', {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: template_(never(spec)) } },
    }),
};

/** The other built-in kinds, each as little and as much as it may say. */
export const manifests: Readonly<Record<string, Manifest>> = {
  ...about('v1', 'Service', {
    minimal: { spec: { ports: [{ port: 80 }] } },
    full: {
      spec: {
        selector: labels,
        type: 'LoadBalancer',
        sessionAffinity: 'ClientIP',
        ports: [
          { port: 80, targetPort: 'web', name: 'a', protocol: '' },
          { port: 53, targetPort: 0, name: 'b', protocol: 'UDP' },
        ],
        publishNotReadyAddresses: false,
        externalIPs: [],
      },
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    },
    'of a node': {
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], externalTrafficPolicy: 'Local' },
    },
    external: { spec: { type: 'ExternalName', externalName: 'example.com' } },
    'with addresses': { spec: { ports: [{ port: 80 }], externalIPs: ['1.2.3.4'] } },
    'with affinity': {
      spec: {
        ports: [{ port: 80 }],
        sessionAffinity: 'None',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } },
      },
    },
    'with a timeout': {
      spec: {
        ports: [{ port: 80 }],
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } },
      },
    },
    headless: { spec: { clusterIP: 'None', selector: { app: null }, ports: [] } },
  }),
  ...about('v1', 'ConfigMap', {
    minimal: {},
    full: { data: { a: 'b', c: '' }, binaryData: { d: 'aGVs\nbG8=\n' }, immutable: false },
    empty: { data: {}, metadata: { labels: {}, annotations: { a: null }, finalizers: [] } },
    'from a cluster': {
      metadata: {
        creationTimestamp: '2020-01-01T00:00:00Z',
        uid: 'f7d3f6f0-0000-4000-8000-000000000000',
        deletionTimestamp: '2020-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 5,
        selfLink: '/x',
        generation: 0,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u', controller: false }],
      },
      unknown: 1,
    },
  }),
  ...about('v1', 'Secret', {
    minimal: {},
    full: { type: 'example.com/x', data: { a: 'aGVsbG8=', b: 'YQ==' }, stringData: { a: 'ü', c: '' } },
    texts: { stringData: { a: 'hello' }, immutable: true },
    'without texts': { stringData: {}, data: { e: '' } },
  }),
  ...about('v1', 'Namespace', {
    minimal: {},
    labelled: { metadata: { labels: { a: 'b' } }, spec: { finalizers: [] } },
  }),
  ...about('v1', 'ServiceAccount', {
    minimal: {},
    full: { automountServiceAccountToken: false, secrets: [], imagePullSecrets: [{ name: 's' }] },
  }),
  ...about('v1', 'LimitRange', {
    minimal: { spec: { limits: [] } },
    full: {
      spec: {
        limits: [
          { type: 'Container', max: { cpu: 2, memory: '1.5Gi' }, min: { cpu: '0.1', memory: '1Mi' } },
          { type: 'Pod', max: { cpu: '4000m' }, maxLimitRequestRatio: { cpu: 2 } },
          { type: 'PersistentVolumeClaim', min: { storage: '0.5Gi' } },
        ],
      },
    },
  }),
  ...about('v1', 'ResourceQuota', {
    minimal: {},
    full: {
      spec: { hard: { pods: 10, 'requests.cpu': 1.5, 'limits.memory': '0.5Gi' }, scopes: [] },
      status: {},
    },
  }),
  ...about('v1', 'PersistentVolumeClaim', {
    minimal: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '0.5Gi' } } } },
    full: {
      spec: {
        accessModes: ['ReadWriteMany'],
        resources: { requests: { storage: 1073741824 }, limits: { storage: '2048Mi' } },
        storageClassName: '',
        volumeMode: 'Block',
        selector: {},
      },
      status: { phase: 'Bound' },
    },
  }),
  ...about('v1', 'PersistentVolume', {
    host: { spec: { capacity: { storage: 1e9 }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } },
    rbd: {
      spec: {
        capacity: { storage: '1G' },
        accessModes: ['ReadWriteOnce'],
        rbd: { monitors: ['1.2.3.4:6789'], image: 'i' },
      },
    },
    iscsi: {
      spec: {
        capacity: { storage: '1.5G' },
        accessModes: ['ReadWriteOnce'],
        iscsi: { targetPortal: '1.2.3.4:3260', iqn: 'iqn.2001-04.com.example:disk', lun: 0 },
        persistentVolumeReclaimPolicy: 'Delete',
        mountOptions: [],
      },
      status: { phase: 'Available' },
    },
    azure: {
      spec: {
        capacity: { storage: '1G' },
        accessModes: ['ReadWriteOnce'],
        azureDisk: { diskName: 'd', diskURI: 'https://blob.core/d.vhd' },
      },
    },
  }),
  ...about('v1', 'Endpoints', {
    minimal: {},
    full: {
      subsets: [
        {
          addresses: [{ ip: '10.1.2.3' }],
          ports: [
            { port: 80, name: 'w' },
            { port: 53, protocol: 'UDP', name: 'd' },
          ],
        },
      ],
    },
  }),
  ...about('v1', 'Node', {
    minimal: {},
    full: {
      spec: { unschedulable: false, podCIDR: '10.1.0.0/24' },
      status: { capacity: { cpu: 4, memory: '0.5Gi' } },
    },
  }),
  ...about('v1', 'Event', {
    full: {
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
      reason: 'x',
      message: '',
      firstTimestamp: '2024-01-01T02:00:00+02:00',
      type: 'Normal',
      count: 0,
    },
  }),
  ...about('apps/v1', 'Deployment', {
    recreated: {
      spec: { selector, template, replicas: 0, strategy: { type: 'Recreate' } },
      status: { replicas: 3 },
    },
    rolling: {
      spec: {
        selector,
        template,
        paused: false,
        strategy: { rollingUpdate: { maxSurge: 0 } },
        minReadySeconds: 0,
      },
    },
    annotated: {
      spec: {
        selector,
        template: {
          ...template,
          metadata: {
            labels,
            creationTimestamp: null,
            annotations: { 'pod.beta.kubernetes.io/init-containers': '[]', keep: 'this' },
          },
        },
      },
    },
  }),
  ...about('apps/v1', 'StatefulSet', {
    claims: {
      spec: {
        selector,
        template,
        serviceName: '',
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', creationTimestamp: null },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: 1e9 } } },
          },
        ],
      },
    },
    'rolling without parameters': { spec: { selector, template, updateStrategy: { type: 'RollingUpdate' } } },
    'rolling with parameters': {
      spec: {
        selector,
        template,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      },
    },
    'on delete': { spec: { selector, template, updateStrategy: { type: 'OnDelete' }, replicas: 0 } },
    deleting: {
      spec: { selector, template, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
    },
  }),
  ...about('apps/v1', 'DaemonSet', {
    'on delete': { spec: { selector, template, updateStrategy: { type: 'OnDelete' } } },
    surging: {
      spec: {
        selector,
        template,
        updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        revisionHistoryLimit: 0,
      },
      metadata: { annotations: { a: 'b' } },
    },
  }),
  ...about('apps/v1', 'ReplicaSet', {
    none: { spec: { selector, template, replicas: 0, minReadySeconds: 0 } },
  }),
  ...about('apps/v1', 'ControllerRevision', { minimal: { revision: 1, data: { a: null, b: { c: 0.5 } } } }),
  ...about('v1', 'ReplicationController', {
    selecting: {
      spec: { selector: { app: 'web' }, template, replicas: 0 },
      metadata: { labels: { own: 'label' } },
    },
  }),
  ...about('batch/v1', 'Job', {
    parallel: { spec: { parallelism: 3, template: template_(never(podSpecs['minimal'])) } },
    complete: { spec: { completions: 3, template: template_(never(podSpecs['minimal'])) } },
    indexed: {
      spec: {
        completions: 3,
        completionMode: 'Indexed',
        backoffLimitPerIndex: 1,
        template: template_(never(podSpecs['minimal'])),
        podFailurePolicy: {
          rules: [
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
            { action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } },
          ],
        },
      },
    },
    labelled: {
      metadata: { labels: { own: 'label' } },
      spec: {
        suspend: true,
        backoffLimit: 0,
        ttlSecondsAfterFinished: 0,
        template: template_(never(podSpecs['minimal'])),
      },
    },
  }),
  ...about('batch/v1', 'CronJob', {
    full: {
      spec: {
        schedule: '@daily',
        concurrencyPolicy: 'Forbid',
        suspend: true,
        successfulJobsHistoryLimit: 0,
        jobTemplate: {
          metadata: { labels },
          spec: { parallelism: 2, template: template_(never(podSpecs['minimal'])) },
        },
      },
    },
  }),
  ...about('networking.k8s.io/v1', 'Ingress', {
    minimal: { spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } } },
    full: {
      spec: {
        ingressClassName: 'x',
        tls: [{ hosts: ['a.example'] }],
        rules: [
          {
            host: 'a.example',
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { name: 'web' } } } },
              ],
            },
          },
          { host: '' },
        ],
      },
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    },
  }),
  ...about('networking.k8s.io/v1', 'IngressClass', {
    minimal: { spec: { controller: 'example.com/c' } },
    full: { spec: { controller: 'example.com/c', parameters: { kind: 'Thing', name: 't' } } },
  }),
  ...about('networking.k8s.io/v1', 'NetworkPolicy', {
    minimal: { spec: { podSelector: {} } },
    full: {
      spec: {
        podSelector: selector,
        ingress: [
          {
            from: [{ podSelector: {} }],
            ports: [{ port: 80 }, { protocol: 'UDP', port: 'dns', endPort: null }],
          },
        ],
        egress: [{}],
      },
    },
    'with types': { spec: { podSelector: {}, policyTypes: ['Egress'], ingress: [], egress: [] } },
  }),
  ...about('autoscaling/v1', 'HorizontalPodAutoscaler', {
    minimal: {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, maxReplicas: 3 },
    },
    full: {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
        maxReplicas: 3,
        minReplicas: 2,
        targetCPUUtilizationPercentage: 50,
      },
    },
  }),
  ...about('autoscaling/v2', 'HorizontalPodAutoscaler', {
    minimal: {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, maxReplicas: 3 },
    },
    full: {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
        maxReplicas: 3,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '0.5Gi' } },
          },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      },
      status: { currentReplicas: 1, desiredReplicas: 1, currentMetrics: null },
    },
    up: {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
        maxReplicas: 3,
        metrics: [],
        behavior: {
          scaleUp: { selectPolicy: 'Min', policies: [{ type: 'Pods', value: 1, periodSeconds: 5 }] },
        },
      },
    },
  }),
  ...about('policy/v1', 'PodDisruptionBudget', {
    minimal: {},
    full: { spec: { minAvailable: '50%', selector }, status: { disruptionsAllowed: 3 } },
    number: { spec: { maxUnavailable: 0, selector: {} } },
  }),
  ...about('rbac.authorization.k8s.io/v1', 'Role', {
    minimal: {},
    full: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: [] }] },
  }),
  ...about('rbac.authorization.k8s.io/v1', 'ClusterRole', {
    minimal: { rules: [] },
    full: {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] },
      rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }],
    },
  }),
  ...about('rbac.authorization.k8s.io/v1', 'RoleBinding', {
    minimal: { roleRef: { kind: 'Role', name: 'a' } },
    full: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'a' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'Group', name: 'g', apiGroup: '' },
        { kind: 'ServiceAccount', name: 's', namespace: 'default' },
      ],
    },
  }),
  ...about('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', {
    minimal: { roleRef: { kind: 'ClusterRole', name: 'a' }, subjects: [] },
  }),
  ...about('storage.k8s.io/v1', 'StorageClass', {
    minimal: { provisioner: 'example.com/p' },
    full: {
      provisioner: 'example.com/p',
      parameters: {},
      allowVolumeExpansion: false,
      reclaimPolicy: 'Retain',
    },
  }),
  ...about('storage.k8s.io/v1', 'CSIDriver', {
    minimal: { spec: {} },
    full: { spec: { attachRequired: false, volumeLifecycleModes: [], tokenRequests: [{ audience: '' }] } },
  }),
  ...about('storage.k8s.io/v1', 'VolumeAttachment', {
    minimal: { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'p' } } },
  }),
  ...about('scheduling.k8s.io/v1', 'PriorityClass', {
    minimal: { value: 1 },
    full: { value: 0, globalDefault: false, description: '', preemptionPolicy: 'Never' },
  }),
  ...about('node.k8s.io/v1', 'RuntimeClass', {
    minimal: { handler: 'h' },
    full: {
      handler: 'h',
      overhead: { podFixed: { cpu: 0.5, memory: '0.5Gi' } },
      scheduling: { nodeSelector: {} },
    },
  }),
  ...about('coordination.k8s.io/v1', 'Lease', {
    minimal: {},
    full: { spec: { holderIdentity: '', leaseDurationSeconds: 5, renewTime: '2024-01-01T00:00:00.000000Z' } },
    elsewhere: { spec: { holderIdentity: 'a', acquireTime: '2024-01-01T02:00:00.123456+02:00' } },
  }),
  ...about('discovery.k8s.io/v1', 'EndpointSlice', {
    minimal: { addressType: 'IPv4', endpoints: [] },
    full: {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: false } }],
      ports: [{ port: 80 }, { name: 'd', port: 53, protocol: 'UDP' }],
    },
  }),
  ...about('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', {
    minimal: {},
    full: {
      webhooks: [
        {
          name: 'a.example.com',
          clientConfig: { service: { name: 's', namespace: 'n' }, caBundle: '' },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          rules: [rule],
          matchConditions: [],
        },
      ],
    },
  }),
  ...about('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', {
    full: {
      webhooks: [
        {
          name: 'a.example.com',
          clientConfig: byCa,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 5,
          rules: [{ ...rule, scope: 'Namespaced' }],
          objectSelector: null,
        },
      ],
    },
  }),
  ...about('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', {
    full: {
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: 'true', message: '' }],
      },
    },
  }),
  ...about('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', {
    minimal: { spec: { policyName: 'p', validationActions: ['Deny'] } },
    full: {
      spec: { policyName: 'p', validationActions: ['Warn'], matchResources: { resourceRules: [rule] } },
    },
  }),
  ...about('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', {
    minimal: { spec: { priorityLevelConfiguration: { name: 'p' } } },
  }),
  ...about('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', {
    minimal: { spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } } },
    rejecting: {
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' }, nominalConcurrencyShares: 0 } },
    },
  }),
  ...about('resource.k8s.io/v1', 'ResourceClaim', {
    full: {
      spec: {
        devices: {
          requests: [
            {
              name: 'a',
              exactly: { deviceClassName: 'c.example.com', tolerations: [{ key: 'k', operator: 'Exists' }] },
            },
            { name: 'b', firstAvailable: [{ name: 's', deviceClassName: 'c.example.com' }] },
            { name: 'c', exactly: { deviceClassName: 'c.example.com', allocationMode: 'All' } },
          ],
        },
      },
    },
  }),
  ...about('resource.k8s.io/v1', 'DeviceClass', { minimal: { spec: {} } }),
  ...about('apiregistration.k8s.io/v1', 'APIService', {
    remote: {
      metadata: { name: 'v1.things.example' },
      spec: {
        group: 'things.example',
        version: 'v1',
        groupPriorityMinimum: 10,
        versionPriority: 10,
        service: { name: 's', namespace: 'n' },
        insecureSkipTLSVerify: true,
      },
    },
  }),
  ...about('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    minimal: {
      metadata: { name: 'things.crd.example' },
      spec: {
        group: 'crd.example',
        scope: 'Namespaced',
        names: { kind: 'Thing', plural: 'things' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: 'object', properties: { a: { type: 'integer', default: 0 } } },
            },
          },
        ],
      },
    },
  }),
  ...about('certificates.k8s.io/v1', 'CertificateSigningRequest', {}),
};

function manifest(apiVersion: string, kind: string, spec: unknown): Manifest {
  return { apiVersion, kind, spec };
}

function template_(spec: unknown = podSpecs['minimal']): Manifest {
  return { metadata: { labels }, spec };
}

/** Jobs' pods are not started again for ever. */
function never(spec: unknown): unknown {
  return { ...(spec as object), restartPolicy: 'Never' };
}

function about(
  apiVersion: string,
  kind: string,
  variants: Readonly<Record<string, object>>,
): Readonly<Record<string, Manifest>> {
  return Object.fromEntries(
    Object.entries(variants).map(([name, rest]) => [
      `${apiVersion} ${kind}, ${name}`,
      { apiVersion, kind, ...rest },
    ]),
  );
}
