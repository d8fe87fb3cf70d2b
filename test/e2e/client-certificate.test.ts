import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuthority, describeWithControlPlane } from '../control-plane/index.ts';
import { type Replica, startReplica } from './replica.ts';

const registrations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const folder = mkdtempSync(join(tmpdir(), 'abatis-client-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As docs/certificates.md has it: which certificate the API server shows to which webhook. */
function admissionConfiguration(certificate: string, key: string): string {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    users: [{ name: '*', user: { 'client-certificate': certificate, 'client-key': key } }],
  };
  writeFileSync(join(folder, 'webhooks.kubeconfig'), JSON.stringify(kubeconfig));
  const configuration = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'WebhookAdmissionConfiguration',
    kubeConfigFile: join(folder, 'webhooks.kubeconfig'),
  };
  return JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [{ name: 'ValidatingAdmissionWebhook', configuration }],
  });
}

const authority = await createAuthority();
const { certificate, key } = await authority.client({ username: 'api-server' });
for (const [name, text] of Object.entries({
  'ca.crt': authority.certificate,
  'client.crt': certificate,
  'client.key': key,
  'admission.json': admissionConfiguration(join(folder, 'client.crt'), join(folder, 'client.key')),
})) {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
}

const flags = [`--admission-control-config-file=${join(folder, 'admission.json')}`];

describeWithControlPlane('an API server with a client certificate', { flags }, ({ controlPlane }) => {
  const replicas: Replica[] = [];
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
  });

  /** A webhook for one namespace that lets in clients of this name. */
  async function register(namespace: string, name: string): Promise<void> {
    const kubeconfig = await controlPlane().kubeconfigFor();
    const replica = await startReplica([
      ...[
        '--kubeconfig',
        kubeconfig,
        '--cert-secret',
        `${namespace}/tls`,
        '--webhook-configuration',
        namespace,
      ],
      ...['--cert-life', '60s', '--ca-life', '600s'],
      ...['--client-ca', join(folder, 'ca.crt'), '--client-name', name],
    ]);
    replicas.push(replica);
    const { body } = await controlPlane().request(`/api/v1/namespaces/${namespace}/secrets/tls`);
    const { data } = body as { data: Record<string, string> };
    const webhook = {
      name: `${namespace}.abatis.dev`,
      clientConfig: { url: `${replica.url}/validate`, caBundle: data['ca.crt'] },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    };
    await controlPlane().request(registrations, {
      method: 'POST',
      body: {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: namespace },
        webhooks: [webhook],
      },
    });
  }

  beforeAll(async () => {
    for (const namespace of ['welcome', 'refused']) await controlPlane().createNamespace(namespace);
    await register('welcome', 'api-server');
    await register('refused', 'another-server');
  });

  /** Creates ConfigMaps for trial until the API server has learned of the webhook. */
  async function create(namespace: string, index: number) {
    const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
    for (;;) {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'some' } };
      const answer = await controlPlane().request(path, { method: 'POST', body });
      if ((await replicas[index]?.count('abatis_requests_total')) !== 0) return answer;
    }
  }

  it('is answered', async () => {
    expect((await create('welcome', 0)).status).toBe(201);
  });

  it('is refused where another is asked for, and says why', async () => {
    const { status, body } = await create('refused', 1);
    expect(status).toBe(500);
    expect((body as { message: string }).message).toContain(
      'the client certificate is not accepted: it is for another name',
    );
  });
});
