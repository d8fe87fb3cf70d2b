import fc from 'fast-check';

/** A pod as the fields of the Pod Security Standards go; most of it is as good as the level wants it. */
export interface GeneratedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: object;
}

type Fields = Readonly<Record<string, unknown>>;

/** Mostly what is good, which is why some of the pods meet every control. */
function mostly<T>(good: T, ...others: readonly fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constant(good), weight: 16 * others.length },
    ...others.map((arbitrary) => ({ arbitrary, weight: 1 })),
  );
}

const one = (...values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);

/** Leaves out what is undefined, as a manifest would. */
const record = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Fields> =>
  fc
    .record(fields)
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)));

const none = undefined;

const seccomp = one(
  { type: 'RuntimeDefault' },
  { type: 'Localhost', localhostProfile: 'p.json' },
  { type: 'Unconfined' },
);
const appArmor = one(
  { type: 'RuntimeDefault' },
  { type: 'Localhost', localhostProfile: 'p' },
  { type: 'Unconfined' },
);
const seLinux = one(
  {},
  { level: 's0' },
  { type: 'container_t' },
  { type: 'container_init_t' },
  { type: 'container_engine_t' },
  { type: 'spc_t' },
  { type: '' },
  { user: 'system_u' },
  { role: 'system_r', user: '' },
);
const capability = fc.constantFrom(
  'CHOWN',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SYS_ADMIN',
  'KILL',
  'ALL',
  'chown',
);
const handler = one(
  { httpGet: { port: 80 } },
  { httpGet: { port: 80, host: '' } },
  { httpGet: { port: 80, host: '10.0.0.1' } },
  { tcpSocket: { port: 80 } },
  { tcpSocket: { port: 80, host: 'example.com' } },
  { exec: { command: ['true'] } },
);

function container(name: string, restricted: boolean, init: boolean): fc.Arbitrary<Fields> {
  const good = restricted ? { drop: ['ALL'] } : none;
  const securityContext = record({
    privileged: mostly<unknown>(none, one(false, true)),
    allowPrivilegeEscalation: mostly<unknown>(restricted ? false : none, one(false, true, none)),
    capabilities: mostly<unknown>(
      good,
      one(none, {}, { drop: ['NET_RAW'] }, { drop: ['KILL', 'ALL'] }),
      fc.array(capability, { maxLength: 3 }).map((add) => ({ drop: ['ALL'], add })),
    ),
    procMount: mostly<unknown>(none, one('Default', 'Unmasked')),
    runAsNonRoot: mostly<unknown>(none, one(true, false)),
    runAsUser: mostly<unknown>(none, one(0, 1000)),
    seccompProfile: mostly<unknown>(none, seccomp),
    appArmorProfile: mostly<unknown>(none, appArmor),
    seLinuxOptions: mostly<unknown>(none, seLinux),
    windowsOptions: mostly<unknown>(none, one({ hostProcess: false }, {})),
  });
  return record({
    name: fc.constant(name),
    image: fc.constant('registry.k8s.io/pause:3.10'),
    securityContext: mostly<unknown>(none, one(none)).chain(() => securityContext),
    ports: mostly<unknown>(
      none,
      one(
        [{ containerPort: 80 }],
        [{ containerPort: 80, hostPort: 0 }],
        [{ containerPort: 80, hostPort: 8080 }],
      ),
    ),
    ...(!init && {
      livenessProbe: mostly<unknown>(none, handler),
      readinessProbe: mostly<unknown>(none, handler),
      startupProbe: mostly<unknown>(none, handler),
      lifecycle: mostly<unknown>(none, record({ postStart: handler, preStop: handler })),
    }),
  });
}

/** A pod for Windows, which the API server allows none of the fields that only Linux has. */
const windows: fc.Arbitrary<Fields> = record({
  os: fc.constant({ name: 'windows' }),
  hostNetwork: one(true, none),
  securityContext: record({
    runAsNonRoot: one(true, none),
    windowsOptions: one(none, {}, { hostProcess: true }, { runAsUserName: 'ContainerUser' }),
  }),
  containers: record({
    name: fc.constant('c'),
    image: fc.constant('registry.k8s.io/pause:3.10'),
    securityContext: one(none, { runAsNonRoot: true }, { windowsOptions: { hostProcess: true } }),
  }).map((only) => [only]),
});

const volume = mostly<unknown>(
  { configMap: { name: 'v' } },
  one(
    {},
    { emptyDir: {} },
    { secret: { secretName: 'v' } },
    { downwardAPI: {} },
    { projected: { sources: [] } },
    { persistentVolumeClaim: { claimName: 'v' } },
    { csi: { driver: 'example.com' } },
    { image: { reference: 'registry.k8s.io/pause:3.10' } },
    {
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      },
    },
  ),
  one(
    { hostPath: { path: '/' } },
    { nfs: { server: 's', path: '/' } },
    { iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:s', lun: 0 } },
    { gitRepo: { repository: 'r' } },
    { rbd: { monitors: ['m'], image: 'i' } },
    { flexVolume: { driver: 'example.com/d' } },
    { fc: { targetWWNs: ['w'], lun: 0 } },
    { azureFile: { secretName: 's', shareName: 's' } },
    { gcePersistentDisk: { pdName: 'p' } },
  ),
);

const sysctl = one(
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.core.somaxconn',
).map((name) => [{ name, value: '1' }]);

function linux(restricted: boolean): fc.Arbitrary<Fields> {
  return record({
    hostNetwork: mostly<unknown>(none, one(true, false)),
    hostPID: mostly<unknown>(none, one(true, false)),
    hostIPC: mostly<unknown>(none, one(true, false)),
    hostUsers: fc.oneof(fc.constant(none), fc.constant(false), fc.constant(true)),
    securityContext: record({
      runAsNonRoot: mostly<unknown>(restricted ? true : none, one(true, false, none)),
      runAsUser: mostly<unknown>(none, one(0, 1000)),
      seccompProfile: mostly<unknown>(restricted ? { type: 'RuntimeDefault' } : none, seccomp, one(none)),
      appArmorProfile: mostly<unknown>(none, appArmor),
      seLinuxOptions: mostly<unknown>(none, seLinux),
      sysctls: mostly<unknown>(none, sysctl),
    }),
    volumes: fc
      .array(volume, { maxLength: 2 })
      .map((volumes) => volumes.map((source, index) => ({ name: `v${index}`, ...(source as object) }))),
    initContainers: mostly<unknown>(
      none,
      container('i', restricted, true).map((only) => [only]),
    ),
    containers: fc
      .tuple(container('c', restricted, false), container('d', restricted, false))
      .chain(([first, second]) => fc.constantFrom([first], [first], [first, second])),
  });
}

const annotation = mostly<Readonly<Record<string, string>>>(
  {},
  fc
    .constantFrom('runtime/default', 'localhost/p', 'unconfined')
    .map((profile) => ({ 'container.apparmor.security.beta.kubernetes.io/c': profile })),
  fc
    .constantFrom('runtime/default', 'docker/default', 'localhost/p', 'unconfined')
    .map((profile) => ({ 'container.seccomp.security.alpha.kubernetes.io/c': profile })),
  fc
    .constantFrom('runtime/default', 'unconfined')
    .map((profile) => ({ 'seccomp.security.alpha.kubernetes.io/pod': profile })),
  fc.constant({ 'container.seccomp.security.alpha.kubernetes.io/other': 'unconfined' }),
);

/** Pods with the fields of every control, about half of which the level allows. */
export function podSpec(level: 'baseline' | 'restricted'): fc.Arbitrary<GeneratedPod> {
  const spec = fc.oneof(
    { arbitrary: linux(level === 'restricted'), weight: 12 },
    { arbitrary: windows, weight: 1 },
  );
  return fc.record({ annotations: annotation, spec });
}
