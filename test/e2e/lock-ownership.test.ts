import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, repository, startWebhook, type Webhook } from './webhook.ts';

/** The stock policy as a site installs it that means it. */
function denying(): string {
  const text = readFileSync(join(repository, 'policies/protection/lock-ownership/policy.yaml'), 'utf8');
  return text.replace(/^ {2}enforcement: Warn$/m, '  enforcement: Deny');
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
}

/** Somebody who asks: a user, or the pod that a service account's token was made for. */
interface Asker {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly pod?: string;
}

const alice = { user: 'alice' };
const bob = { user: 'bob' };
const writer = 'system:serviceaccount:default:writer';
/** In RBAC administrators, to the policy nobody in particular. */
const group = 'lock-users';

const microTime = (milliseconds: number) => new Date(milliseconds).toISOString().replace('Z', '000Z');

describeWithControlPlane('the ownership of locks', {}, ({ controlPlane }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;

  const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  const headers = ({ user, groups = [], pod }: Asker) => ({
    'Impersonate-User': user,
    'Impersonate-Group': [group, ...groups].at(-1) ?? group,
    ...(pod !== undefined && { 'Impersonate-Extra-authentication.kubernetes.io%2Fpod-name': pod }),
  });
  const lease = (name: string, spec: LeaseSpec, labels: object = { 'abatis.dev/lock': 'true' }) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, labels },
    spec,
  });
  const create = (name: string, spec: LeaseSpec, asker: Asker) =>
    controlPlane().request(path, { method: 'POST', body: lease(name, spec), headers: headers(asker) });
  const patch = (name: string, body: object, asker: Asker) =>
    controlPlane().request(`${path}/${name}`, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body,
      headers: headers(asker),
    });
  const update = (name: string, spec: object, asker: Asker) => patch(name, { spec }, asker);
  const taking = (holderIdentity: string, leaseTransitions: number, leaseDurationSeconds = 60): LeaseSpec => {
    const now = microTime(Date.now());
    return { holderIdentity, acquireTime: now, renewTime: now, leaseDurationSeconds, leaseTransitions };
  };
  const refused = (rule: string) => ({
    status: 403,
    body: { message: expect.stringContaining(`lock-ownership/${rule}: `) },
  });

  beforeAll(async () => {
    folder = createPolicyFolder({ 'policy.yaml': denying() });
    webhook = await startWebhook({ policies: [folder.path] });
    const rbac = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    await controlPlane().request(rbac, {
      method: 'POST',
      body: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: group },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
      },
    });
    const registration = { name: 'locks', failurePolicy: 'Fail' as const };
    await register(controlPlane(), webhook, registration, () => webhook.count('abatis_requests_total'));
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  it('a lock is taken, renewed, refused to a thief and released', async () => {
    const { acquireTime } = taking('alice', 0);
    expect((await create('migration', {}, alice)).status).toBe(201);
    expect((await update('migration', taking('alice', 1), alice)).status).toBe(200);
    expect(await update('migration', taking('bob', 2), bob)).toMatchObject(refused('free'));
    const renewal = { renewTime: microTime(Date.now()) };
    expect((await update('migration', renewal, alice)).status).toBe(200);
    expect(await update('migration', renewal, bob)).toMatchObject({ status: 200 });
    expect(await update('migration', { renewTime: microTime(Date.now() + 1) }, bob)).toMatchObject(
      refused('holder'),
    );
    expect(await update('migration', { holderIdentity: null }, bob)).toMatchObject(refused('release'));
    expect(await update('migration', { acquireTime }, alice)).toMatchObject(refused('acquire-time'));
    expect((await update('migration', { holderIdentity: null }, alice)).status).toBe(200);
    expect((await update('migration', taking('bob', 2), bob)).status).toBe(200);
  });

  it('a lock is taken by another once it expired', async () => {
    expect((await create('short', taking('alice', 0, 1), alice)).status).toBe(201);
    expect(await update('short', taking('bob', 1), bob)).toMatchObject(refused('free'));

    await vi.waitUntil(async () => (await update('short', taking('bob', 1), bob)).status === 200, {
      timeout: 20_000,
      interval: 250,
    });

    expect(await update('short', taking('alice', 2), alice)).toMatchObject(refused('free'));
  });

  it('what a lock says of itself is not forged', async () => {
    const now = Date.now();
    const forged = { ...taking('alice', 0), renewTime: microTime(now + 3_600_000) };
    expect(await create('forged', forged, alice)).toMatchObject(refused('renew-time'));
    expect(
      await create('forged', { ...taking('alice', 0), acquireTime: microTime(now - 3_600_000) }, alice),
    ).toMatchObject(refused('acquire-time'));
    expect(await create('forged', taking('alice', 7), alice)).toMatchObject(refused('transitions'));
    expect(await create('forged', { holderIdentity: 'alice' }, alice)).toMatchObject(refused('complete'));
    expect(await create('forged', taking('alice', 0, 1_000_000), alice)).toMatchObject(refused('duration'));
  });

  it('the holder is the pod whose token asks, as client-go names it', async () => {
    const one = { user: writer, pod: 'writer-1' };
    const two = { user: writer, pod: 'writer-2' };
    const holder = 'writer-1_0cafe6f6-9e1b-4f4c-8a8d-3ea6f7b9b0b7';

    expect(await create('pods', taking(holder, 0), two)).toMatchObject(refused('holder'));
    expect((await create('pods', taking(holder, 0), one)).status).toBe(201);
    expect(await update('pods', { holderIdentity: null }, two)).toMatchObject(refused('release'));
    expect(await update('pods', taking('writer-10_x', 1), one)).toMatchObject(refused('free'));
    expect((await update('pods', { renewTime: microTime(Date.now()) }, one)).status).toBe(200);
  });

  it('a held lock is deleted by its holder or broken by an administrator, and its label stays', async () => {
    const remove = (name: string, asker: Asker) =>
      controlPlane().request(`${path}/${name}`, { method: 'DELETE', headers: headers(asker) });
    const unlabelled = { metadata: { labels: { 'abatis.dev/lock': null } } };
    await create('kept', taking('alice', 0), alice);
    await create('broken', taking('alice', 0), alice);

    expect(await remove('kept', bob)).toMatchObject(refused('delete'));
    expect(await patch('kept', unlabelled, bob)).toMatchObject(refused('label'));
    expect((await remove('kept', alice)).status).toBe(200);
    expect((await remove('broken', { user: 'root', groups: ['system:masters'] })).status).toBe(200);
  });

  it('Leases that are no locks, and those of nodes, change hands as before', async () => {
    const free = '/apis/coordination.k8s.io/v1/namespaces';
    await controlPlane().createNamespace('kube-node-lease');
    for (const [namespace, labels] of [
      ['default', {}],
      ['kube-node-lease', { 'abatis.dev/lock': 'true' }],
    ] as const) {
      const body = lease('worker-1', { holderIdentity: 'worker-1', leaseDurationSeconds: 40 }, labels);
      const created = await controlPlane().request(`${free}/${namespace}/leases`, { method: 'POST', body });
      const stolen = await controlPlane().request(`${free}/${namespace}/leases/worker-1`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { holderIdentity: 'bob', leaseTransitions: 9 } },
        headers: headers(bob),
      });

      expect([created.status, stolen.status]).toEqual([201, 200]);
    }
  });
});
