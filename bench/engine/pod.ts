import type { JsonObject } from '../../src/model/index.ts';

/** A Pod of about 5 KB as JSON, of three containers; `good` meets every stock policy, as a controller's. */
export function pod(good: boolean): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'shop',
      labels: good ? labels : { app: 'web' },
      annotations: Object.fromEntries(
        Array.from({ length: 8 }, (_, index) => [`example.dev/annotation-${index}`, 'x'.repeat(60)]),
      ),
      ...(good && { ownerReferences: [owner] }),
    },
    spec: {
      serviceAccountName: 'web',
      ...(good
        ? {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          }
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

const owner = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: 'web-7d4b9c6f5d',
  uid: '9f1c2b6e-5f0a-4a53-9d3c-0f6a1c2b3d4e',
  controller: true,
  blockOwnerDeletion: true,
};

function container(name: string, good: boolean): JsonObject {
  return {
    name,
    image: good
      ? `registry.k8s.io/shop/${name}:1.2.3@sha256:${'0a'.repeat(32)}`
      : `docker.example.com/shop/${name}:latest`,
    ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
    env: Array.from({ length: 10 }, (_, index) => ({ name: `SETTING_${index}`, value: `value-${index}` })),
    ...(good
      ? {
          resources: {
            limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '1Gi' },
            requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
          },
          readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 5 },
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
