import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clusterClient, webhookConfigurations } from '../../src/cluster/index.ts';
import { type ApiResponse, createAuthority, describeWithControlPlane } from '../control-plane/index.ts';
import { type Replica, startReplica } from './replica.ts';

const registrations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const secret = '/api/v1/namespaces/abatis-system/secrets/abatis-tls';

/** Short enough to see several of both within a minute. */
const lives = ['--cert-life', '6s', '--ca-life', '18s'];
const place = ['--cert-secret', 'abatis-system/abatis-tls', '--webhook-configuration', 'rotating'];

describeWithControlPlane('certificates that rotate', {}, ({ controlPlane }) => {
  const replicas: Replica[] = [];
  beforeAll(async () => {
    await controlPlane().createNamespace('abatis-system');
    const webhooks = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'];
    const rules = [
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'update'] },
      { apiGroups: ['admissionregistration.k8s.io'], resources: webhooks, verbs: ['get', 'update'] },
    ];
    const named = (kind: string, more: object) =>
      JSON.stringify({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind,
        metadata: { name: 'abatis' },
        ...more,
      });
    await controlPlane().kubectl(['create', '--filename=-'], { stdin: named('ClusterRole', { rules }) });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'abatis' };
    const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'abatis' }];
    await controlPlane().kubectl(['create', '--filename=-'], {
      stdin: named('ClusterRoleBinding', { roleRef, subjects }),
    });
    const kubeconfig = await controlPlane().kubeconfigFor({ username: 'abatis' });
    // At once, so that they contend for the first certificate.
    const args = ['--kubeconfig', kubeconfig, ...place, ...lives];
    replicas.push(...(await Promise.all([startReplica(args), startReplica(args)])));
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
  });

  const get = async (path: string) => (await controlPlane().request(path)).body as never;
  const authorities = async (): Promise<string> => {
    const { data } = (await get(secret)) as { data: Record<string, string> };
    return Buffer.from(data['ca.crt'] ?? '', 'base64').toString();
  };
  const bundle = async (): Promise<string> => {
    const { webhooks } = (await get(`${registrations}/rotating`)) as {
      webhooks: { clientConfig: { caBundle?: string } }[];
    };
    return Buffer.from(webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString();
  };

  /** As a client that goes by this bundle: the serial number of what it is shown. */
  async function shown(url: string, ca: string): Promise<string> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), ca, servername: 'localhost' });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }

  function create(): Promise<ApiResponse> {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'steady' } };
    return controlPlane().request('/api/v1/namespaces/default/configmaps?dryRun=All', {
      method: 'POST',
      body,
    });
  }

  it('are one for all replicas from the beginning', async () => {
    const ca = await authorities();
    await vi.waitFor(async () => {
      const [one, other] = await Promise.all(replicas.map(({ url }) => shown(url, ca)));
      expect(one).toBe(other);
    }, 10_000);
    expect(await get(secret)).toMatchObject({
      type: 'kubernetes.io/tls',
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'abatis' } },
    });
  });

  it('fail no call of the API server, nor any client that goes by the published bundle', async () => {
    // Two webhooks, so that the API server calls both replicas for each request, and fails if one of them does.
    const webhooks = replicas.map(({ url }, index) => ({
      name: `replica-${index}.abatis.dev`,
      clientConfig: { url: `${url}/validate` },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 10,
    }));
    const body = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'rotating' },
      webhooks,
    };
    const registered = await controlPlane().request(registrations, { method: 'POST', body });
    expect(registered.status).toBe(201);
    await vi.waitFor(async () => {
      expect(await bundle()).toBe(await authorities());
      expect((await create()).status).toBe(201);
    }, 20_000);

    const asked = async () => {
      const counts = await Promise.all(replicas.map(({ count }) => count('abatis_requests_total')));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const before = await asked();
    const end = Date.now() + 50_000;
    const failures: unknown[] = [];
    const [leaves, trusted] = [new Set<string>(), new Set<string>()];
    let calls = 0;
    let connections = 0;
    const isEnough = () => leaves.size > 6 && trusted.size > 3 && calls > 200;
    async function call(): Promise<void> {
      while (Date.now() < end && !isEnough()) {
        const { status, body } = await create();
        calls++;
        if (status !== 201) failures.push(body);
        await pause(10);
      }
    }
    async function reconnect(url: string): Promise<void> {
      while (Date.now() < end && !isEnough()) {
        const ca = await bundle();
        for (const pem of ca.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? []) {
          trusted.add(new X509Certificate(pem).fingerprint256);
        }
        try {
          leaves.add(await shown(url, ca));
        } catch (error) {
          failures.push(error);
        }
        connections++;
        await pause(50);
      }
    }
    await Promise.all([call(), call(), ...replicas.map(({ url }) => reconnect(url))]);
    console.log(
      `${calls} requests, ${(await asked()) - before} calls to webhooks, ${connections} new connections, ` +
        `${leaves.size} certificates by ${trusted.size} authorities, ${failures.length} failures`,
    );
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(200);
    expect((await asked()) - before).toBe(2 * calls);
    expect(leaves.size).toBeGreaterThan(5);
    expect(trusted.size).toBeGreaterThan(2);
  });

  it('leave no key behind that signs no more, and show when they expire', async () => {
    const { data } = (await get(secret)) as { data: Record<string, string> };
    const keys =
      Buffer.from(data['ca.key'] ?? '', 'base64')
        .toString()
        .match(/BEGIN PRIVATE KEY/g) ?? [];
    expect(keys.length).toBeLessThanOrEqual(2);
    for (const { count } of replicas) {
      const expiry = (await count('abatis_certificate_expiry_timestamp_seconds')) * 1000;
      expect(expiry).toBeGreaterThan(Date.now() - 1000);
      expect(expiry).toBeLessThanOrEqual(Date.now() + 6_000);
    }
  });
});

describeWithControlPlane('a Secret for certificates', {}, ({ controlPlane }) => {
  const replicas: Replica[] = [];
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
  });
  const start = async (username: string, name: string, ...more: readonly string[]) => {
    const kubeconfig = await controlPlane().kubeconfigFor(username === 'admin' ? undefined : { username });
    const replica = await startReplica([
      '--kubeconfig',
      kubeconfig,
      '--cert-secret',
      `default/${name}`,
      ...lives,
      ...more,
    ]);
    replicas.push(replica);
    return replica;
  };
  const complaint = async ({ log }: Replica) =>
    (await log()).find(({ msg }) => msg === 'there is no certificate yet')?.['problem'];

  it('that cannot be read leaves a server that is not ready, and becomes so when it can', async () => {
    const replica = await start('abatis', 'late');
    expect(await complaint(replica)).toMatch(/the API server answers 403: .*cannot get resource "secrets"/);
    await expect(replica.request('/readyz')).rejects.toThrow();

    const secrets = ['--verb=get,create,update', '--resource=secrets'];
    await controlPlane().kubectl(['create', 'role', 'keeper', ...secrets]);
    await controlPlane().kubectl(['create', 'rolebinding', 'keeper', '--role=keeper', '--user=abatis']);
    const namespaces = ['--verb=get,list,watch', '--resource=namespaces'];
    await controlPlane().kubectl(['create', 'clusterrole', 'reader', ...namespaces]);
    await controlPlane().kubectl([
      'create',
      'clusterrolebinding',
      'reader',
      '--clusterrole=reader',
      '--user=abatis',
    ]);
    await vi.waitFor(async () => expect((await replica.request('/readyz')).status).toBe(200), 60_000);
  });

  it('has the names that every replica asks for', async () => {
    await start('admin', 'named', '--tls-name', 'one.test', '--cert-life', '60s', '--ca-life', '600s');
    await start('admin', 'named', '--tls-name', 'two.test', '--cert-life', '60s', '--ca-life', '600s');
    const { body } = await controlPlane().request('/api/v1/namespaces/default/secrets/named');
    const { data } = body as { data: Record<string, string> };
    const { subjectAltName } = new X509Certificate(Buffer.from(data['tls.crt'] ?? '', 'base64'));
    expect(subjectAltName).toContain('DNS:one.test');
    expect(subjectAltName).toContain('DNS:two.test');
  });

  it('that is somebody else’s is left alone', async () => {
    const data = { 'tls.crt': 'eA==', 'tls.key': 'eA==' };
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'theirs' },
      data,
    };
    await controlPlane().request('/api/v1/namespaces/default/secrets', { method: 'POST', body });
    const replica = await start('admin', 'theirs');
    expect(await complaint(replica)).toBe(
      "the Secret `default/theirs` is not labelled `app.kubernetes.io/managed-by: abatis`, and so somebody else's",
    );
    const { body: after } = await controlPlane().request('/api/v1/namespaces/default/secrets/theirs');
    expect(after).toMatchObject({ data });
  });
});

describeWithControlPlane('the bundles of webhook configurations', {}, ({ controlPlane }) => {
  async function publisher(...names: readonly string[]) {
    const client = await clusterClient(await controlPlane().kubeconfigFor());
    if ('problem' in client) throw new Error(client.problem);
    return webhookConfigurations(client, names);
  }

  it('are of both kinds, of those that are there, and are not written over a change nobody looked at', async () => {
    const [pem, other] = [
      (await createAuthority()).certificate.trim(),
      (await createAuthority()).certificate.trim(),
    ];
    for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
      const webhooks = ['a', 'b'].map((name) => ({
        name: `${name}.abatis.dev`,
        clientConfig: { url: 'https://127.0.0.1:1/validate' },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      }));
      const body = {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind,
        metadata: { name: 'both' },
        webhooks,
      };
      const path = registrations.replace('validating', kind.slice(0, -20).toLowerCase());
      expect((await controlPlane().request(path, { method: 'POST', body })).status).toBe(201);
    }
    const bundles = await publisher('both', 'not-there');
    expect(await bundles.published()).toEqual(['', '', '', '']);
    await bundles.publish(pem);
    expect(await bundles.published()).toEqual([pem, pem, pem, pem]);

    await controlPlane().kubectl(['label', 'validatingwebhookconfiguration', 'both', 'team=shop']);
    await expect(bundles.publish(other)).rejects.toMatchObject({ status: 409 });
    expect(await bundles.published()).toEqual([pem, pem, pem, pem]);
    await bundles.publish(other);
    expect(await bundles.published()).toEqual([other, other, other, other]);
    const { body } = await controlPlane().request(`${registrations}/both`);
    expect(body).toMatchObject({ metadata: { labels: { team: 'shop' } } });
  });
});
