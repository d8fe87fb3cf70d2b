import type { JsonObject } from '../../src/model/index.ts';

/** A Pod of about 5 KB as JSON, of three containers; `good` meets every stock policy. */
export function pod(good: boolean): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'shop',
      labels: good ? labels : { app: 'web' },
      annotations: Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => [`example.dev/annotation-${index}`, 'x'.repeat(60)]),
      ),
    },
    spec: {
      serviceAccountName: 'web',
      ...(good
        ? { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } }
        : { hostNetwork: true }),
      containers: ['web', 'proxy', 'exporter'].map((name) => container(name, good)),
      volumes: Array.from({ length: 6 }, (_, index) => ({
        name: `volume-${index}`,
        configMap: { name: `config-${index}`, defaultMode: 420 },
      })),
    },
  };
}

const labels = {
  'app.kubernetes.io/name': 'web',
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/version': '1.2.3',
  owner: 'team-shop',
};

function container(name: string, good: boolean): JsonObject {
  return {
    name,
    image: good ? `registry.k8s.io/shop/${name}:1.2.3` : `docker.example.com/shop/${name}:latest`,
    ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
    env: Array.from({ length: 10 }, (_, index) => ({ name: `SETTING_${index}`, value: `value-${index}` })),
    ...(good
      ? {
          resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
        }
      : {}),
    securityContext: good
      ? {
          privileged: false,
          allowPrivilegeEscalation: false,
          runAsNonRoot: true,
          capabilities: { drop: ['ALL'] },
        }
      : { privileged: true },
    volumeMounts: Array.from({ length: 6 }, (_, index) => ({
      name: `volume-${index}`,
      mountPath: `/etc/config-${index}`,
    })),
    livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10, failureThreshold: 3 },
  };
}
