/** Specs of pods, each about one thing that the API server fills in or writes differently. */
export const podSpecs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  minimal: spec({}),
  'image latest': spec({ image: 'docker.io/library/nginx:latest' }),
  'image with tag': spec({ image: 'ghcr.io:443/team/app:1.2.3' }),
  'image without tag': spec({ image: 'localhost:5000/app' }),
  'image with digest': spec({ image: `nginx@sha256:${'a'.repeat(64)}` }),
  'image latest with digest': spec({ image: `nginx:latest@sha256:${'a'.repeat(64)}` }),
  'image in upper case': spec({ image: 'Nginx' }),
  'image with a bad digest': spec({ image: 'nginx@sha256:abc' }),
  'image with a host in upper case': spec({ image: 'Registry/nginx' }),
  'image like an identifier': spec({ image: 'f'.repeat(64) }),
  'pull policy': spec({ image: 'nginx', imagePullPolicy: 'Never' }),
  'empty things': spec(
    {
      command: [],
      args: [],
      env: [],
      ports: [],
      workingDir: '',
      stdin: false,
      tty: false,
      volumeMounts: [],
      resources: { limits: {}, requests: {} },
      securityContext: {},
      imagePullPolicy: '',
    },
    {
      hostNetwork: false,
      hostPID: false,
      hostIPC: false,
      nodeSelector: {},
      volumes: [],
      imagePullSecrets: [],
      restartPolicy: '',
      shareProcessNamespace: false,
      hostname: '',
      initContainers: [],
      affinity: {},
    },
  ),
  nulls: spec(
    { command: null, resources: null, securityContext: null, env: null, tty: null },
    { securityContext: null, volumes: null, hostNetwork: null, nodeSelector: null, hostUsers: null },
  ),
  'unknown fields': spec({ comand: ['a'], resource: {} }, { hostnetwork: true, container: [] }),
  'zeros that stay': spec(
    {
      securityContext: {
        runAsUser: 0,
        runAsNonRoot: false,
        privileged: false,
        allowPrivilegeEscalation: false,
      },
    },
    { terminationGracePeriodSeconds: 0, securityContext: { runAsGroup: 0, fsGroup: 0 }, hostUsers: false },
  ),
  'host network': spec(
    { ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP', name: 'dns', hostPort: 0 }] },
    { hostNetwork: true },
  ),
  'host namespaces': spec({}, { hostPID: true, hostIPC: true, shareProcessNamespace: false }),
  'service account': spec({}, { serviceAccountName: 'default', automountServiceAccountToken: false }),
  'old service account': spec({}, { serviceAccount: 'default' }),
  'both service accounts': spec({}, { serviceAccount: 'other', serviceAccountName: 'default' }),
  ports: spec({
    ports: [
      { containerPort: 8080, name: 'web' },
      { containerPort: 9, protocol: 'SCTP', hostIP: '' },
    ],
  }),
  probes: spec({
    ports: [{ containerPort: 80, name: 'http' }],
    livenessProbe: { httpGet: { port: 'http' } },
    readinessProbe: {
      httpGet: { port: 80, path: '/ready', scheme: 'HTTPS', httpHeaders: [] },
      periodSeconds: 5,
    },
    startupProbe: { grpc: { port: 9000 }, failureThreshold: 30, initialDelaySeconds: 0 },
  }),
  'other probes': spec({
    livenessProbe: { exec: { command: ['true'] }, timeoutSeconds: 0, terminationGracePeriodSeconds: 5 },
    readinessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 },
    startupProbe: { grpc: { port: 9000, service: 'health' } },
  }),
  lifecycle: spec({
    lifecycle: { postStart: { httpGet: { port: 80 } }, preStop: { exec: { command: ['sleep', '5'] } } },
  }),
  'more lifecycle': spec({
    lifecycle: { postStart: { exec: { command: ['a'] } }, preStop: { sleep: { seconds: 0 } } },
  }),
  environment: spec({
    env: [
      { name: 'A', value: '' },
      { name: 'B', value: 'b' },
      { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'D', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1024Ki' } } },
      { name: 'F', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
      { name: 'G', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: false } } },
      { name: 'H' },
    ],
    envFrom: [{ configMapRef: { name: 'c' } }, { prefix: 'P_', secretRef: { name: 's', optional: true } }],
  }),
  'limits of two kinds': spec({
    resources: { limits: { cpu: 1, memory: '0.5Gi' }, requests: { cpu: '100m' } },
  }),
  'requests alone': spec({
    resources: { requests: { cpu: 0.25, memory: 128974848, 'ephemeral-storage': '1e3' } },
  }),
  'init containers': {
    initContainers: [
      { name: 'first', image: 'busybox', resources: { limits: { cpu: '2' } } },
      {
        name: 'side',
        image: 'busybox',
        restartPolicy: 'Always',
        resources: { requests: { memory: '0.1Gi' } },
      },
    ],
    containers: [{ name: 'main', image: 'busybox:1' }],
  },
  'resources of the pod': {
    resources: { limits: { cpu: '4', memory: '4096Mi' } },
    containers: [
      { name: 'a', image: 'a:1', resources: { requests: { cpu: '500m' }, limits: { cpu: '0.5' } } },
      { name: 'b', image: 'b:1', resources: { requests: { cpu: '0.75' } } },
    ],
    initContainers: [
      { name: 'i', image: 'i:1', resources: { requests: { cpu: '1.5' } } },
      { name: 's', image: 's:1', restartPolicy: 'Always', resources: { requests: { cpu: '100m' } } },
    ],
  },
  'limits of the pod alone': {
    resources: { limits: { cpu: '1000m', memory: '1Gi' } },
    containers: [{ name: 'a', image: 'a:1' }],
  },
  'huge pages': spec({
    resources: { limits: { 'hugepages-2Mi': '100Mi', cpu: '1', memory: '1Gi' }, requests: { cpu: '1' } },
  }),
  'huge pages of the pod': {
    resources: { limits: { cpu: '2', memory: '2Gi' } },
    containers: [
      {
        name: 'a',
        image: 'a:1',
        resources: { limits: { 'hugepages-2Mi': '100Mi', memory: '1Gi', cpu: '1' } },
      },
      {
        name: 'b',
        image: 'b:1',
        resources: { limits: { 'hugepages-2Mi': '28Mi', memory: '1Gi', cpu: '1' } },
      },
    ],
  },
  'extended resources': spec({ resources: { limits: { 'example.com/gpu': 2, cpu: '3' } } }),
  volumes: {
    containers: [
      {
        name: 'main',
        image: 'a:1',
        volumeMounts: [
          { name: 'config', mountPath: '/c', readOnly: false },
          { name: 'scratch', mountPath: '/s', subPath: '', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'nothing' },
      { name: 'scratch', emptyDir: {} },
      { name: 'limited', emptyDir: { medium: 'Memory', sizeLimit: '0.5Gi' } },
      { name: 'host', hostPath: { path: '/var' } },
      { name: 'directory', hostPath: { path: '/var', type: 'Directory' } },
      { name: 'config', configMap: { name: 'c', items: [] } },
      { name: 'secret', secret: { secretName: 's', optional: false } },
      { name: 'open', secret: { secretName: 's', defaultMode: 0 } },
      { name: 'down', downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      {
        name: 'all',
        projected: {
          sources: [
            { serviceAccountToken: { path: 't' } },
            { configMap: { name: 'c' } },
            { secret: { name: 's', items: [{ key: 'a', path: 'b' }] } },
            { downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
    ],
  },
  'volumes of others': spec(
    {},
    {
      volumes: [
        {
          name: 'iscsi',
          iscsi: { targetPortal: '1.2.3.4:3260', iqn: 'iqn.2001-04.com.example:disk', lun: 0 },
        },
        { name: 'rbd', rbd: { monitors: ['1.2.3.4:6789'], image: 'i' } },
        { name: 'azure', azureDisk: { diskName: 'd', diskURI: 'https://blob/d.vhd' } },
        {
          name: 'scale',
          scaleIO: { gateway: 'https://g', system: 's', secretRef: { name: 'x' }, volumeName: 'v' },
        },
        { name: 'nfs', nfs: { server: 's', path: '/p', readOnly: false } },
        { name: 'claim', persistentVolumeClaim: { claimName: 'c' } },
        { name: 'csi', csi: { driver: 'd.example.com', volumeAttributes: {} } },
        {
          name: 'own',
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1.5Gi' } } },
            },
          },
        },
        { name: 'image', image: { reference: 'a' } },
        { name: 'tagged', image: { reference: 'a:1' } },
      ],
    },
  ),
  scheduling: spec(
    {},
    {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'a' } },
        },
      ],
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              podAffinityTerm: {
                topologyKey: 'host',
                labelSelector: { matchLabels: { app: 'a' } },
                namespaces: [],
              },
            },
          ],
        },
      },
      tolerations: [
        { operator: 'Exists' },
        { key: 'a', value: '', effect: 'NoExecute', tolerationSeconds: 0 },
      ],
      nodeSelector: { disk: '' },
      priorityClassName: 'system-node-critical',
    },
  ),
  'the rest': spec(
    { stdin: true, stdinOnce: true, tty: true, terminationMessagePath: '/x', resizePolicy: [] },
    {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }] },
      hostAliases: [{ ip: '1.2.3.4', hostnames: ['a'] }],
      enableServiceLinks: false,
      imagePullSecrets: [{ name: 's' }, { name: '' }],
      readinessGates: [{ conditionType: 'example.com/ready' }],
      securityContext: { seccompProfile: { type: 'RuntimeDefault' }, sysctls: [], supplementalGroups: [] },
      setHostnameAsFQDN: false,
      subdomain: 'sub',
      schedulingGates: [],
      os: { name: 'linux' },
    },
  ),
};

function spec(container: object, pod: object = {}): Readonly<Record<string, unknown>> {
  return { containers: [{ name: 'main', image: 'app:1', ...container }], ...pod };
}

/** Spellings of quantities that are good for limits of memory. */
export const quantities: readonly unknown[] = [
  ...[
    '0',
    '1',
    '0.5',
    '.5',
    '1.',
    '1e3',
    '1E3',
    '1E+3',
    '1000m',
    '100u',
    '1500u',
    '1n',
    '128974848',
    '129e6',
  ],
  ...[
    '129M',
    '123Mi',
    '1.5Gi',
    '1024Mi',
    '1024Ki',
    '0.5Ki',
    '1000k',
    '1000',
    '001',
    '+1',
    '1Ti',
    '2048Gi',
    '1e-3',
  ],
  ...['12345678901234567890', '0.0001', '1000000', '1000000m', '1.25Gi', '9Ei', '1024', '1023', '1E', '1e18'],
  ...[0, 1, 0.5, 1000, 1500, 1e3, 128974848, 1073741824],
];
