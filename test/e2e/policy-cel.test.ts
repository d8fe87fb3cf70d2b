import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiResponse, type ControlPlane, describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

interface Named {
  readonly name: string;
  readonly expression: string;
}

/** What a ValidatingAdmissionPolicy and one of ours have in common, and what becomes of a ConfigMap under it. */
interface Case {
  readonly name: string;
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly conditions?: readonly Named[];
  readonly variables?: readonly Named[];
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  /** What the denial says; absent: the ConfigMap is admitted. */
  readonly denial?: string;
  /** What our warning says, where an error is passed over; the API server says nothing then. */
  readonly warning?: string;
}

const bad = 'object.data.missing == "x"';
const missing = 'no such key: missing';
const count: Named = { name: 'count', expression: 'int(object.data.count)' };
const most: Named = { name: 'most', expression: 'variables.count - 2' };
const text = (expression: string): Pick<Case, 'expression' | 'message' | 'messageExpression'> => ({
  expression: 'object.data.count == "9"',
  message: 'the count is not nine',
  messageExpression: expression,
});

const cases: readonly Case[] = [
  {
    name: 'denies-in-its-own-words',
    variables: [count, most],
    expression: 'variables.count <= variables.most',
    messageExpression:
      "object.metadata.name + ' has ' + string(variables.count) + ', not ' + string(variables.most)",
    denial: 'denies-in-its-own-words has 7, not 5',
  },
  { name: 'admits', variables: [count, most], expression: 'variables.count > variables.most' },
  { name: 'trims-words', ...text("'  the count is ' + object.data.count + ' '"), denial: 'the count is 7' },
  {
    name: 'fails-for-words',
    ...text("'the count is not ' + object.data.missing"),
    denial: 'the count is not nine',
  },
  { name: 'has-no-words', ...text("'  '"), denial: 'the count is not nine' },
  { name: 'has-lines', ...text("'the count\\nis ' + object.data.count"), denial: 'the count is not nine' },
  { name: 'fails-closed', expression: bad, denial: missing },
  { name: 'fails-open', failurePolicy: 'Ignore', expression: bad, warning: missing },
  {
    name: 'denies-though-it-fails-open',
    failurePolicy: 'Ignore',
    expression: 'false',
    message: 'it is false',
    denial: 'it is false',
  },
  {
    name: 'reads-a-bad-variable',
    variables: [{ name: 'bad', expression: bad }],
    expression: 'variables.bad',
    denial: missing,
  },
  {
    name: 'reads-a-bad-variable-beside-a-truth',
    variables: [{ name: 'bad', expression: bad }],
    expression: 'variables.bad || true',
  },
  {
    name: 'reads-no-bad-variable',
    variables: [{ name: 'bad', expression: bad }],
    expression: 'object.data.count == "7"',
  },
  {
    name: 'is-skipped',
    conditions: [
      { name: 'true', expression: 'object.data.count == "7"' },
      { name: 'false', expression: 'object.data.count == "8"' },
    ],
    expression: 'false',
  },
  {
    name: 'is-not-skipped',
    conditions: [{ name: 'true', expression: '!has(request.subResource) && request.dryRun' }],
    expression: 'false',
    message: 'it was asked',
    denial: 'it was asked',
  },
  {
    name: 'has-a-bad-condition',
    conditions: [{ name: 'bad', expression: bad }],
    expression: 'true',
    denial: missing,
  },
  {
    name: 'has-a-bad-condition-and-fails-open',
    failurePolicy: 'Ignore',
    conditions: [{ name: 'bad', expression: bad }],
    expression: 'false',
    warning: missing,
  },
  {
    name: 'has-a-bad-condition-and-a-false-one',
    conditions: [
      { name: 'bad', expression: bad },
      { name: 'false', expression: 'false' },
    ],
    expression: 'false',
  },
];

/** The last to be created: when it denies, the API server knows of all. */
const last: Case = { name: 'last', expression: 'false', message: 'it is known', denial: 'it is known' };

const theirs = 'judged-by-the-api-server';
const ours = 'judged-by-abatis';
const apiVersion = 'admissionregistration.k8s.io/v1';

/** The case as the API server's own kind of policy, bound to its namespace. */
async function createTheirs(controlPlane: ControlPlane, one: Case): Promise<void> {
  const { name, failurePolicy = 'Fail', conditions = [], variables = [] } = one;
  const { expression, message, messageExpression } = one;
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
  const documents = {
    validatingadmissionpolicies: {
      kind: 'ValidatingAdmissionPolicy',
      spec: {
        failurePolicy,
        matchConstraints: { resourceRules: [{ ...rule, resourceNames: [name] }] },
        matchConditions: conditions,
        variables,
        validations: [{ expression, message, messageExpression }],
      },
    },
    validatingadmissionpolicybindings: {
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': theirs } },
        },
      },
    },
  };
  for (const [resource, document] of Object.entries(documents)) {
    const { status, body } = await controlPlane.request(`/apis/${apiVersion}/${resource}`, {
      method: 'POST',
      body: { apiVersion, metadata: { name }, ...document },
    });
    if (status !== 201) throw new Error(`${name}: ${JSON.stringify(body)}`);
  }
}

/** The same as a policy of ours, in JSON, which is YAML. */
function ourPolicy(one: Case): string {
  const { name, failurePolicy = 'Fail', conditions = [], variables = [] } = one;
  const { expression, message, messageExpression } = one;
  return JSON.stringify({
    apiVersion: 'abatis.dev/v1alpha1',
    kind: 'Policy',
    metadata: { name },
    spec: {
      match: {
        kinds: ['ConfigMap'],
        names: [name],
        namespaces: [ours],
        ...(conditions.length > 0 && { conditions }),
      },
      enforcement: 'Deny',
      failurePolicy,
      ...(variables.length > 0 && { variables }),
      rules: [{ name: 'rule', expression, message, messageExpression }],
    },
  });
}

describeWithControlPlane('CEL in a policy', { needs: '1.30' }, ({ controlPlane }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  const create = (namespace: string, name: string): Promise<ApiResponse> =>
    controlPlane().request(`/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, {
      method: 'POST',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { count: '7' } },
    });
  beforeAll(async () => {
    for (const namespace of [theirs, ours]) await controlPlane().createNamespace(namespace);
    for (const one of [...cases, last]) await createTheirs(controlPlane(), one);
    await vi.waitUntil(async () => (await create(theirs, last.name)).status !== 201, 30_000);
    folder = createPolicyFolder(Object.fromEntries(cases.map((one) => [`${one.name}.yaml`, ourPolicy(one)])));
    webhook = await startWebhook({ policies: [folder.path] });
    await register(
      controlPlane(),
      webhook,
      { name: 'ours', failurePolicy: 'Fail', resources: ['configmaps'] },
      () => webhook.count('abatis_requests_total'),
    );
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  it.each(cases)('$name: as in a ValidatingAdmissionPolicy', async ({ name, denial, warning }) => {
    const [expected, found] = [await create(theirs, name), await create(ours, name)];
    for (const { status, body } of [expected, found]) {
      if (denial === undefined) {
        expect(status).toBe(201);
      } else {
        expect(body).toMatchObject({ status: 'Failure', message: expect.stringContaining(denial) });
      }
    }
    expect(expected.warnings).toEqual([]);
    expect(found.warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)]);
  });
});
