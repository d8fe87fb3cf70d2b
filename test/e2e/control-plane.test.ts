import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, vi } from 'vitest';
import {
  type ApiResponse,
  type ControlPlane,
  describeWithControlPlane,
  obtainBinaries,
  startControlPlane,
} from '../control-plane/index.ts';

const quiet = (): void => undefined;
const reader = { username: 'reader', groups: ['readers'] };

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describeWithControlPlane('a control plane', { audit: true }, ({ controlPlane, itNeeds }) => {
  it('serves the version it was built as', async () => {
    const { body } = await controlPlane().request('/version');
    const { stdout } = await controlPlane().kubectl(['version', '--output=json']);

    expect(body).toMatchObject({ gitVersion: `v${controlPlane().version}` });
    expect(JSON.parse(stdout)).toMatchObject({
      serverVersion: { gitVersion: `v${controlPlane().version}` },
    });
  });

  it('takes what kubectl sends it', async () => {
    const created = await controlPlane().kubectl(['create', 'namespace', 'made-by-kubectl']);
    const listed = await controlPlane().kubectl(['get', 'namespace', 'made-by-kubectl', '--output=name']);

    expect(created).toEqual({ code: 0, stdout: 'namespace/made-by-kubectl created\n', stderr: '' });
    expect(listed.stdout).toBe('namespace/made-by-kubectl\n');
  });

  it('takes documents from standard input', async () => {
    const stdin = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: piped}\n';
    const applied = await controlPlane().kubectl(['apply', '--filename=-'], { stdin });

    expect(applied).toMatchObject({ code: 0, stdout: 'configmap/piped created\n' });
  });

  it.each(['default', 'another'])('admits a Pod in the namespace %s', async (namespace) => {
    if (namespace !== 'default') await controlPlane().createNamespace(namespace, { team: 'blue' });
    const created = await controlPlane().kubectl([
      'run',
      'web',
      '--image=nginx:1',
      `--namespace=${namespace}`,
    ]);

    expect(created).toEqual({ code: 0, stdout: 'pod/web created\n', stderr: '' });
  });

  it('knows users by their certificates and lets them do what RBAC says', async () => {
    const list = ['get', 'configmaps', '--output=name'];
    const before = await controlPlane().kubectl(list, { as: reader });
    await controlPlane().kubectl(['create', 'role', 'reader', '--verb=list', '--resource=configmaps']);
    await controlPlane().kubectl(['create', 'rolebinding', 'readers', '--role=reader', '--group=readers']);

    expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining('User "reader" cannot list') });
    // RBAC reads its bindings from a watch, a moment behind what is stored.
    await vi.waitFor(async () => {
      expect(await controlPlane().kubectl(list, { as: reader })).toMatchObject({ code: 0, stderr: '' });
    }, 10_000);
  });

  it('lets the administrator act for a controller', async () => {
    const impersonate = {
      username: 'system:serviceaccount:kube-system:replicaset-controller',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system'],
    };
    const { stderr } = await controlPlane().kubectl(['get', 'secrets'], { impersonate });

    expect(stderr).toContain(`User "${impersonate.username}" cannot list resource "secrets"`);
  });

  it('answers with the whole Status where it is asked for', async () => {
    const { status, body } = await tryToCreate(controlPlane(), { name: 'web', image: '' });

    expect(status).toBe(422);
    expect(body).toMatchObject({
      kind: 'Status',
      details: { causes: [{ field: 'spec.containers[0].image' }] },
    });
  });

  itNeeds('1.28', 'answers with the warnings as the API server sent them', async () => {
    const env = ['1', '2'].map((value) => ({ name: 'TWICE', value }));
    const { status, warnings } = await tryToCreate(controlPlane(), { name: 'web', image: 'nginx:1', env });

    expect(status).toBe(201);
    expect(warnings).toEqual([expect.stringContaining('hides previous definition of "TWICE"')]);
  });

  it('keeps an audit log', async () => {
    await controlPlane().kubectl(['create', 'configmap', 'audited']);
    const events = await controlPlane().auditEvents();

    expect(events).toContainEqual(
      expect.objectContaining({
        verb: 'create',
        user: expect.objectContaining({ username: 'abatis-admin' }),
        objectRef: expect.objectContaining({ resource: 'configmaps', name: 'audited' }),
      }),
    );
  });

  it('is apart from another one that runs at the same time, which leaves nothing when it stops', async () => {
    const other = await startControlPlane(await obtainBinaries(quiet));
    const { pids, folder } = other;
    const created = await other.kubectl(['create', 'configmap', 'only-here']);
    const elsewhere = await controlPlane().kubectl(['get', 'configmap', 'only-here']);
    const running = pids.map(isRunning);
    await other.stop();

    expect(created.code).toBe(0);
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('not found') });
    expect([running, pids.map(isRunning)]).toEqual([
      [true, true],
      [false, false],
    ]);
    expect([existsSync(controlPlane().folder), existsSync(folder)]).toEqual([true, false]);
  });

  it('leaves nothing when the process that started it is killed', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../control-plane/run.ts')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const folder = await folderOf(child);
    const existed = existsSync(folder);
    child.kill('SIGKILL');

    expect(existed).toBe(true);
    await vi.waitUntil(() => !existsSync(folder), 10_000);
  });

  it('says why it did not start, in the words of the program that failed', async () => {
    const start = startControlPlane(await obtainBinaries(quiet), { flags: ['--no-such-flag'] });

    await expect(start).rejects.toThrow(/kube-apiserver ended: exit 1.*unknown flag: --no-such-flag/s);
  });
});

/** Asks for a Pod of one container, without having it made. */
function tryToCreate(controlPlane: ControlPlane, container: unknown): Promise<ApiResponse> {
  const metadata = { name: 'raw' };
  return controlPlane.request('/api/v1/namespaces/default/pods?dryRun=All', {
    method: 'POST',
    body: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container] } },
  });
}

/** The data folder, from the line `export KUBECONFIG=<folder>/<file>`. */
async function folderOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its standard output is not a pipe');
  for await (const line of createInterface(child.stdout)) {
    return join(line.replace('export KUBECONFIG=', ''), '..');
  }
  throw new Error('the control plane ended without a word');
}
