const container = (index: number): unknown => ({
  name: `app-${index}`,
  image: `registry.example/team/app-${index}:1.4.${index}`,
  args: ['--listen=:8080', '--log-format=json', `--instance=${index}`],
  ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
  env: Array.from({ length: 13 }, (_, i) => ({
    name: `SETTING_${i}`,
    value: `value-${i}-${'x'.repeat(40)}`,
  })),
  resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
  securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
});

/** A Pod of some 5 KB, as an API server sends it. */
export const POD: Readonly<Record<string, unknown>> = JSON.parse(
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-7d4b9c6f5-x2x1z',
      namespace: 'team-a',
      labels: { app: 'web', 'app.kubernetes.io/name': 'web', team: 'a', tier: 'production' },
      annotations: { owner: 'a@example.dev', checksum: 'f'.repeat(64) },
    },
    spec: {
      containers: [container(0), container(1), container(2)],
      serviceAccountName: 'web',
      volumes: [{ name: 'data', emptyDir: {} }],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
    },
  }),
);
