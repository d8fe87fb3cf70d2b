import { afterAll, beforeAll, expect, it } from 'vitest';
import { administrator, describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const day = 24 * 60 * 60 * 1000;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();

const documents = (soon: string, gone: string) => `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: size}
spec:
  match: {kinds: [ConfigMap], namespaces: [shop, lab, default]}
  parameters: {schema: {properties: {most: {type: integer, default: 1}}}}
  enforcement: Warn
  rules:
    - name: keys
      expression: size(object.?data.orValue({})) <= params.most
      message: "{{ size(object.data) }} keys, more than {{ params.most }}"
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyBinding
metadata: {name: firm}
spec:
  policy: size
  match: {namespaceSelector: {matchLabels: {tier: production}}}
  parameters: {most: 2}
  enforcement: Deny
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyException
metadata: {name: big, namespace: shop}
spec:
  policies: [size/keys]
  match: {names: [big]}
  reason: it is generated
  ticket: OPS-1
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyException
metadata: {name: ending, namespace: shop}
spec: {policies: [size], match: {names: [ending]}, reason: until the move, expires: "${soon}"}
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyException
metadata: {name: ended, namespace: shop}
spec: {policies: [size], match: {names: [ended]}, reason: until the move, expires: "${gone}"}
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyException
metadata: {name: everywhere, namespace: abatis-system}
spec: {policies: [size], match: {names: [global]}, reason: made by the platform}
`;

describeWithControlPlane('bindings and exceptions', { audit: true }, ({ controlPlane }) => {
  const soon = inDays(3);
  const gone = inDays(-3);
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'policy.yaml': documents(soon, gone) });
    const labels = { shop: { tier: 'production' }, lab: {} };
    for (const [name, of] of Object.entries(labels)) {
      await controlPlane().request('/api/v1/namespaces', {
        method: 'POST',
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: of } },
      });
    }
    webhook = await startWebhook({
      policies: [folder.path],
      kubeconfig: await controlPlane().kubeconfigFor(administrator),
    });
    const count = () => webhook.count('abatis_requests_total', { endpoint: 'validate' });
    await register(controlPlane(), webhook, { name: 'except', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  const shown = 'admission webhook "except.abatis.dev" denied the request: size/keys';
  const cut = (time: string) => time.replace(/T00:00(:00(\.0+)?)?Z$/, '');

  it.each([
    {
      what: 'the policy as it is, where no binding selects',
      namespace: 'lab',
      name: 'two',
      keys: 2,
      expected: { code: 0, stderr: 'Warning: size/keys: 2 keys, more than 1\n' },
    },
    {
      what: 'what the binding allows',
      namespace: 'shop',
      name: 'two',
      keys: 2,
      expected: { code: 0, stderr: '' },
    },
    {
      what: 'what the binding denies',
      namespace: 'shop',
      name: 'three',
      keys: 3,
      expected: { code: 1, stderr: expect.stringContaining(`${shown}: 3 keys, more than 2`) },
    },
    {
      what: 'what is excepted, without a word',
      namespace: 'shop',
      name: 'big',
      keys: 3,
      expected: { code: 0, stderr: '' },
    },
    {
      what: 'nothing of an exception in another namespace',
      namespace: 'lab',
      name: 'big',
      keys: 3,
      expected: { code: 0, stderr: 'Warning: size/keys: 3 keys, more than 1\n' },
    },
    {
      what: 'a warning of the end of an exception',
      namespace: 'shop',
      name: 'ending',
      keys: 3,
      expected: {
        code: 0,
        stderr: `Warning: exception \`shop/ending\` ends on ${cut(soon)}; until then it lets through size/keys\n`,
      },
    },
    {
      what: 'the end of an exception',
      namespace: 'shop',
      name: 'ended',
      keys: 3,
      expected: {
        code: 1,
        stderr: expect.stringContaining(`exception \`shop/ended\` expired on ${cut(gone)}`),
      },
    },
    {
      what: 'an exception in the namespace of Abatis everywhere',
      namespace: 'shop',
      name: 'global',
      keys: 3,
      expected: { code: 0, stderr: '' },
    },
  ])('kubectl shows $what', async ({ namespace, name, keys, expected }) => {
    const data = Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index}`, 'v']));
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
    const { code, stderr } = await controlPlane().kubectl(['create', '--filename=-'], {
      stdin: JSON.stringify(object),
    });

    expect({ code, stderr }).toEqual(expected);
  });

  it('what an exception let through is in the audit log', async () => {
    const event = (await controlPlane().auditEvents()).find(
      ({ objectRef }) => objectRef?.name === 'big' && objectRef.namespace === 'shop',
    );

    expect(event?.annotations).toMatchObject({
      'except.abatis.dev/size.keys':
        'size/keys: 3 keys, more than 2, excepted by `shop/big` (OPS-1): it is generated',
    });
  });
});
