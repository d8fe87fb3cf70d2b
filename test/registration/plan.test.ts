import { describe, expect, it } from 'vitest';
import { webhookConfigurationsOf } from '../../src/registration/index.ts';
import { asked, change, planned } from './asked.ts';

const spec = (name: string, lines: string) =>
  `apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: ${name}}\nspec:\n  ${lines}\n  rules: [{name: r, expression: 'true'}]`;

/** One rule of a webhook a line: groups, versions, resources, operations and, where it is narrowed, the scope. */
function rules(...documents: readonly string[]): readonly string[] {
  return planned(documents, { isStored: false }).plan.validating.flatMap(({ rules: list, name }) =>
    list.map(({ apiGroups, apiVersions, resources, operations, scope }) =>
      [
        name.split('.')[1],
        apiGroups.map((group) => group || 'core').join(),
        apiVersions.join(),
        resources.join(),
        operations.join(),
        ...(scope === '*' ? [] : [scope]),
      ].join(' '),
    ),
  );
}

describe('what is asked for', () => {
  it.each<[string, string, readonly string[]]>([
    ['a kind', 'match: {kinds: [Pod]}', ['ignore core * pods CREATE,UPDATE']],
    [
      'kinds that are asked for alike, in one rule',
      'match: {kinds: [ControllerRevision, StatefulSet]}',
      ['ignore apps * controllerrevisions,statefulsets CREATE,UPDATE'],
    ],
    ['operations', 'match: {kinds: [Pod], operations: [DELETE]}', ['ignore core * pods DELETE']],
    [
      'a subresource, and nothing else of its kind',
      'match: {kinds: [Pod/exec], operations: [CONNECT]}',
      ['ignore core * pods/exec CONNECT'],
    ],
    ['any kind of a subresource', "match: {kinds: ['*/scale']}", ['ignore * * */scale CREATE,UPDATE']],
    ['a version', 'match: {kinds: [batch/v1/Job]}', ['ignore batch v1 jobs CREATE,UPDATE']],
    ['a group', "match: {kinds: ['apps/*']}", ['ignore apps * * CREATE,UPDATE']],
    ['a scope', "match: {kinds: ['*'], scope: Cluster}", ['ignore * * * CREATE,UPDATE Cluster']],
    [
      'a kind that nobody knows yet, by the name that it will most probably have',
      'match: {kinds: [example.com/Policy]}',
      ['ignore example.com * policies CREATE,UPDATE'],
    ],
    [
      'whatever carries a pod',
      'target: pod\n  match: {kinds: [StatefulSet, CronJob, Pod, Pod/resize]}',
      [
        'ignore core * pods,pods/resize CREATE,UPDATE',
        'ignore apps * statefulsets CREATE,UPDATE',
        'ignore batch * cronjobs CREATE,UPDATE',
      ],
    ],
    [
      'what fails closed, and once more for where that may not be asked',
      'match: {kinds: [Pod]}\n  enforcement: Deny\n  failurePolicy: Fail',
      ['fail core * pods CREATE,UPDATE', 'ignore core * pods CREATE,UPDATE'],
    ],
    [
      'a denial to come as one that is there',
      'match: {kinds: [Pod]}\n  enforcement: [{action: Warn}, {action: Deny, from: 2030-01-01T00:00:00Z}]\n  failurePolicy: Fail',
      ['fail core * pods CREATE,UPDATE', 'ignore core * pods CREATE,UPDATE'],
    ],
    [
      'a warning never such that it fails closed',
      'match: {kinds: [Pod]}\n  enforcement: Warn\n  failurePolicy: Fail',
      ['ignore core * pods CREATE,UPDATE'],
    ],
    ['nothing for a policy that waits for a binding', 'match: {kinds: [Pod]}\n  bindingRequired: true', []],
  ])('is %s', (_, lines, expected) => {
    expect([...rules(spec('p', lines))].sort()).toEqual([...expected].sort());
  });

  it('is what any policy asks for, without what another asks for anyway', () => {
    expect(
      rules(
        spec('a', "match: {kinds: ['apps/*']}"),
        spec('b', 'match: {kinds: [StatefulSet], operations: [UPDATE]}'),
        spec('c', 'match: {kinds: [StatefulSet], operations: [DELETE]}'),
      ),
    ).toEqual(['ignore apps * * CREATE,UPDATE', 'ignore apps * statefulsets UPDATE,DELETE']);
  });

  it('is more where a binding denies', () => {
    const binding =
      'apiVersion: abatis.dev/v1alpha1\nkind: PolicyBinding\nmetadata: {name: b}\nspec: {policy: p, enforcement: Deny}';
    const policy = spec('p', 'match: {kinds: [Pod]}\n  enforcement: Warn\n  failurePolicy: Fail');
    expect(rules(policy, binding)).toContain('fail core * pods CREATE,UPDATE');
  });

  it('is nothing where there are no policies, but for the documents that are stored', () => {
    expect(planned([]).plan).toMatchObject({
      validating: [
        {
          name: 'validate.policies.abatis.dev',
          failurePolicy: 'Ignore',
          rules: [{ apiGroups: ['abatis.dev'], operations: ['CREATE', 'UPDATE'] }],
        },
      ],
      mutating: [],
    });
    expect(planned([], { isStored: false }).plan).toEqual({ validating: [], mutating: [] });
  });
});

describe('what is changed', () => {
  const mutation = (lines: string) =>
    `apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\nspec:\n  ${lines}\n  mutations: [{name: m, set: {path: metadata.labels.x, value: y}}]`;

  it.each([
    [
      'objects, when they come and when they change',
      'match: {kinds: [ConfigMap]}',
      'configmaps',
      ['CREATE', 'UPDATE'],
    ],
    ['pods when they come, and no templates', 'target: pod', 'pods', ['CREATE']],
  ])('is %s', (_, lines, resource, operations) => {
    const { validating, mutating } = planned([mutation(lines)], { isStored: false }).plan;
    expect(validating).toEqual([]);
    expect(mutating).toMatchObject([{ endpoint: '/mutate', rules: [{ resources: [resource], operations }] }]);
  });
});

const pod = ['', 'v1', 'Pod', 'pods', true] as const;
const closed = 'enforcement: Deny\n  failurePolicy: Fail';

describe('a call', () => {
  const calls = (documents: readonly string[], ...inputs: readonly ReturnType<typeof change>[]) => {
    const { validating } = planned(documents).plan;
    return inputs.map((input) => asked(validating, input).join() || 'none');
  };
  const [fail, ignore, own] = ['fail', 'ignore', 'policies'].map((name) => `validate.${name}.abatis.dev`);

  it('is one, by the webhook that fails closed where it may be asked', () => {
    expect(
      calls(
        [spec('a', `match: {kinds: [Pod]}\n  ${closed}`), spec('b', "match: {kinds: ['*']}")],
        change(pod),
        change(pod, { namespace: 'kube-system' }),
        change(pod, { namespace: 'abatis-system' }),
        change(['', 'v1', 'ConfigMap', 'configmaps', true]),
      ),
    ).toEqual([fail, ignore, ignore, ignore]);
  });

  it('never fails closed about the Namespaces of the system, and those of others', () => {
    const namespace = ['', 'v1', 'Namespace', 'namespaces', false] as const;
    expect(
      calls(
        [spec('a', `match: {kinds: [Namespace], operations: ['*']}\n  ${closed}`)],
        ...['shop', 'kube-system', 'abatis-system'].map((name) =>
          change(namespace, { name, operation: 'DELETE' }),
        ),
      ),
    ).toEqual([fail, ignore, ignore]);
  });

  it('is not made for the Leases of nodes by a policy about everything', () => {
    const lease = ['coordination.k8s.io', 'v1', 'Lease', 'leases', true] as const;
    const everything = spec('a', `match: {kinds: ['*'], operations: ['*']}\n  ${closed}`);
    const named = spec('b', 'match: {kinds: [Lease], operations: [DELETE]}');
    const inputs = (['UPDATE', 'DELETE'] as const).map((operation) =>
      change(lease, { operation, namespace: 'kube-node-lease' }),
    );
    expect(calls([everything], ...inputs)).toEqual(['none', 'none']);
    expect(calls([everything, named], ...inputs)).toEqual(['none', ignore]);
  });

  it('is made for our own documents when they come, and never keeps anybody from taking them away', () => {
    const policy = ['abatis.dev', 'v1alpha1', 'Policy', 'policies', false] as const;
    const definition = [
      ...['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions'],
      false,
    ] as unknown as typeof policy;
    expect(
      calls(
        [spec('a', `match: {kinds: ['*'], operations: ['*']}\n  ${closed}`)],
        change(policy),
        change(policy, { operation: 'UPDATE' }),
        change(policy, { operation: 'DELETE' }),
        change(definition, { operation: 'UPDATE', name: 'policies.abatis.dev' }),
        change(definition, { operation: 'DELETE', name: 'policies.abatis.dev' }),
        change(definition, { operation: 'DELETE', name: 'widgets.example.com' }),
      ),
    ).toEqual([own, own, 'none', ignore, 'none', fail]);
  });

  it('is spared where names of namespaces say so for every policy', () => {
    const inNamespaces = ['shop', 'dev', 'test'].map((namespace) => change(pod, { namespace }));
    expect(
      calls(
        [
          spec('a', 'match: {kinds: [Pod]}\n  exclude: {namespaces: [dev, test]}'),
          spec('b', 'match: {kinds: [Pod]}\n  exclude: {namespaces: [dev]}'),
        ],
        ...inNamespaces,
      ),
    ).toEqual([ignore, 'none', ignore]);
    expect(calls([spec('a', 'match: {kinds: [Pod], namespaces: [dev]}')], ...inNamespaces)).toEqual([
      'none',
      ignore,
      'none',
    ]);
  });

  describe('is spared by what policies state as conditions', () => {
    const condition = (name: string, more = closed, expression = "object.metadata.name == 'x'") =>
      spec(name, `match: {kinds: [Pod], conditions: [{name: c, expression: "${expression}"}]}\n  ${more}`);
    const inputs = [change(pod, { name: 'x' }), change(pod, { name: 'y' })];

    it.each<[string, readonly string[], readonly (string | undefined)[]]>([
      ['of all of them', [condition('a')], [fail, 'none']],
      ['but not of some', [condition('a'), spec('b', `match: {kinds: [Pod]}\n  ${closed}`)], [fail, fail]],
      [
        'but not for those that others are about',
        [condition('a'), spec('b', 'match: {kinds: [Pod, ConfigMap]}')],
        [fail, ignore],
      ],
      ['nor for others', [condition('a'), spec('b', 'match: {kinds: [ConfigMap]}')], [fail, 'none']],
      ['and of what fails open', [condition('a', 'failurePolicy: Ignore')], [ignore, 'none']],
      [
        'unless an error may be less than a denial',
        [condition('a', `${closed}\n  override: {}`)],
        [fail, fail],
      ],
      [
        'unless only we can work them out',
        [condition('a', closed, "now > timestamp('2026-01-01T00:00:00Z') && object.metadata.name == 'x'")],
        [fail, fail],
      ],
    ])('%s', (_, documents, expected) => {
      expect(calls(documents, ...inputs)).toEqual(expected);
    });

    it('and refused where one cannot be worked out, as it would be here', () => {
      expect(calls([condition('a', closed, "object.spec.nothing == 'x'")], ...inputs)).toEqual([
        'refused',
        'refused',
      ]);
    });
  });
});

describe('webhook configurations', () => {
  const { plan } = planned([spec('a', `match: {kinds: [Pod]}\n  ${closed}`)]);
  const common = { name: 'abatis', timeoutSeconds: 10 } as const;

  it('say all that the API server would otherwise make up', () => {
    const target = { service: { namespace: 'abatis-system', name: 'abatis' } };
    const { validating, mutating } = webhookConfigurationsOf(plan, { ...common, target });
    expect(mutating['webhooks']).toEqual([]);
    expect((validating['webhooks'] as readonly unknown[])[0]).toEqual({
      name: 'validate.fail.abatis.dev',
      clientConfig: { service: { namespace: 'abatis-system', name: 'abatis', port: 443, path: '/validate' } },
      rules: [
        {
          apiGroups: [''],
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['pods'],
          scope: '*',
        },
      ],
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {
        matchExpressions: [
          {
            key: 'kubernetes.io/metadata.name',
            operator: 'NotIn',
            values: ['abatis-system', 'kube-node-lease', 'kube-system'],
          },
        ],
      },
      objectSelector: {},
      matchConditions: [],
      sideEffects: 'None',
      timeoutSeconds: 10,
      admissionReviewVersions: ['v1'],
    });
  });

  it('go with a Namespace', () => {
    const owner = { name: 'abatis-system', uid: 'u' };
    const { validating } = webhookConfigurationsOf(plan, {
      ...common,
      target: { url: 'https://localhost:1/' },
      owner,
    });
    expect(validating).toMatchObject({
      metadata: { name: 'abatis', ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', ...owner }] },
      webhooks: [{ clientConfig: { url: 'https://localhost:1/validate' } }, {}, {}],
    });
  });
});
