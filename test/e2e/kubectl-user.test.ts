import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { deployment, good, pod, privileged } from './manifests.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const create = ['create', '--filename=-'];
const dryRun = [...create, '--dry-run=server'];

describeWithControlPlane('what a user of kubectl sees', { audit: true }, ({ controlPlane }) => {
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await startWebhook();
    const count = () => webhook.count('abatis_requests_total', { endpoint: 'validate' });
    await register(controlPlane(), webhook, { name: 'stock', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => webhook?.stop());

  const wanting = deployment('wanting', { containers: [{ name: 'web' }] }, {});
  const wantingWarnings = [
    'Warning: resource-limits/cpu',
    'Warning: resource-limits/memory',
    'Warning: required-labels/name',
    'Warning: required-labels/part-of',
  ];
  const dangerous = pod('dangerous', {
    hostNetwork: true,
    containers: [good, privileged('debug'), { name: 'unlimited' }],
  });
  const denialLines = [
    'Error from server (Forbidden): error when creating "STDIN": admission webhook "stock.abatis.dev" denied the request: 2 findings',
    '- no-privileged-containers/privileged (spec.containers[1].securityContext.privileged)',
    '- no-host-namespaces/host-network (spec.hostNetwork)',
  ];

  it.each([
    { how: 'is created', args: create, said: 'deployment.apps/wanting created\n' },
    { how: 'would be created', args: dryRun, said: 'deployment.apps/wanting created (server dry run)\n' },
  ])('a Deployment without limits $how, with warnings, the gravest first', async ({ args, said }) => {
    const { code, stdout, stderr } = await controlPlane().kubectl(args, { stdin: JSON.stringify(wanting) });
    await controlPlane().kubectl(['delete', 'deployment', 'wanting', '--ignore-not-found']);

    expect({ code, stdout }).toEqual({ code: 0, stdout: said });
    expect(gist(stderr)).toEqual(wantingWarnings);
  });

  it('a Deployment that is as it should be is created without a word', async () => {
    const stdin = JSON.stringify(deployment('fine', { containers: [good] }));
    const result = await controlPlane().kubectl(create, { stdin });

    expect(result).toEqual({ code: 0, stdout: 'deployment.apps/fine created\n', stderr: '' });
  });

  it.each([
    { how: 'is denied', args: create },
    { how: 'would be denied', args: dryRun },
  ])('a privileged Pod $how, every finding in one message, the warnings beside it', async ({ args }) => {
    const { code, stdout, stderr } = await controlPlane().kubectl(args, { stdin: JSON.stringify(dangerous) });
    const exists = await controlPlane().kubectl(['get', 'pod', 'dangerous']);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(gist(stderr)).toEqual([
      'Warning: resource-limits/cpu',
      'Warning: resource-limits/memory',
      ...denialLines,
    ]);
    expect(exists.stderr).toContain('not found');
  });

  it.each(['', '?dryRun=All'])('programs get the causes of a denial, with field paths %s', async (query) => {
    const path = `/api/v1/namespaces/default/pods${query}`;
    const { status, body } = await controlPlane().request(path, { method: 'POST', body: dangerous });

    expect(status).toBe(403);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      code: 403,
      details: {
        causes: [
          {
            reason: 'FieldValueForbidden',
            field: 'spec.containers[1].securityContext.privileged',
            message: expect.stringContaining('container `debug`'),
          },
          {
            reason: 'FieldValueForbidden',
            field: 'spec.hostNetwork',
            message: expect.stringContaining('no-host-namespaces/host-network'),
          },
        ],
      },
    });
  });

  it('where the pod is a template in something else, the paths lead into that', async () => {
    const body = deployment('templated', { containers: [good, privileged('debug')] });
    const path = '/apis/apps/v1/namespaces/default/deployments?dryRun=All';
    const response = await controlPlane().request(path, { method: 'POST', body });

    expect(response.body).toMatchObject({
      details: { causes: [{ field: 'spec.template.spec.containers[1].securityContext.privileged' }] },
    });
  });

  it.each([
    { what: 'a newline', image: 'evil.example/a\nb:1', shown: 'evil.example/a b:1' },
    { what: 'an escape sequence', image: 'evil.example/\u001b[31mred:1', shown: 'evil.example/ [31mred:1' },
    { what: 'letters beyond Latin', image: 'evil.example/образ:1', shown: 'evil.example/образ:1' },
    { what: 'quotes and backslashes', image: 'evil.example/"a\\b":1', shown: 'evil.example/"a\\b":1' },
  ])('no warning is lost to $what in it', async ({ image, shown }) => {
    const body = pod('odd', { containers: [{ ...good, image }] });
    const path = '/api/v1/namespaces/default/pods?dryRun=All';
    const { status, warnings } = await controlPlane().request(path, { method: 'POST', body });

    expect({ status, warnings }).toEqual({
      status: 201,
      warnings: [expect.stringContaining(`allowed-registries/registry: image \`${shown}\` is`)],
    });
  });

  it('more warnings than the API server passes on are counted in a last line', async () => {
    const containers = Array.from({ length: 100 }, (_, index) => ({ name: `container-${index}` }));
    const body = pod('crowd', { containers });
    const path = '/api/v1/namespaces/default/pods?dryRun=All';
    const { warnings } = await controlPlane().request(path, { method: 'POST', body });

    expect(warnings.join('').length).toBeLessThanOrEqual(4096);
    expect(warnings[0]).toContain('container `container-0`');
    expect(warnings.at(-1)).toMatch(new RegExp(`^(?:… and )?${200 - warnings.length + 1} more`));
  });

  it('nobody warns a controller: what it makes is noted in the audit log instead', async () => {
    const body = pod('made', { containers: [{ name: 'web' }] }, { ownerReferences: [owner] });
    const made = await controlPlane().kubectl(create, {
      stdin: JSON.stringify(body),
      impersonate: controller,
    });
    const event = (await controlPlane().auditEvents()).find(({ objectRef }) => objectRef?.name === 'made');

    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(event?.annotations).toMatchObject({
      'stock.abatis.dev/resource-limits.memory': expect.stringContaining('container `web`'),
      'stock.abatis.dev/resource-limits.cpu': expect.stringContaining('container `web`'),
    });
  });

  it('a controller is denied like everybody else', async () => {
    const body = pod('made-dangerous', { containers: [privileged('debug')] }, { ownerReferences: [owner] });
    const made = await controlPlane().kubectl(create, {
      stdin: JSON.stringify(body),
      impersonate: controller,
    });

    expect(made).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('denied the request: no-privileged'),
    });
  });
});

/** As the API server knows it; RBAC lets it make Pods. */
const controller = {
  username: 'system:serviceaccount:kube-system:replicaset-controller',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
};

const owner = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: 'web-5d9c',
  uid: '0b5b0a3c-5f4c-4a53-9f2b-3a1d6c0e7a11',
  controller: true,
  blockOwnerDeletion: false,
};

/**
 * The lines on standard error: of a warning its rule, of a finding in a denial its rule and its place. How the
 * stock policies word their messages is theirs.
 */
function gist(stderr: string): readonly string[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^(Warning: [\w-]+\/[\w-]+): .*$/, '$1'))
    .map((line) => line.replace(/^(- [\w-]+\/[\w-]+): .*? (\([^() ]+\)).*$/, '$1 $2'));
}
