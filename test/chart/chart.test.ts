import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readDocuments } from '../../src/yaml/index.ts';
import { abatis } from '../cli/process.ts';
import { chart, describeWithHelm, helm, type Values } from '../helm/index.ts';
import { rendered } from './rendered.ts';
import { manyValues } from './values.ts';

vi.setConfig({ testTimeout: 60_000 });

const many = Object.entries(manyValues);
const manifest = (name: string) => readDocuments(name, readFileSync(join(chart, name), 'utf8')).documents;

describeWithHelm('the chart', () => {
  it.each(many)('passes helm lint --strict with %s', (_, values) => {
    const { code, stdout, stderr } = helm(['lint', '--strict', chart], { values });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  });

  it.each(many)('makes one object of each name with %s', (_, values) => {
    const { objects } = rendered(values);
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
    expect(objects.every(({ metadata }) => metadata.name.length <= 63)).toBe(true);
  });

  it('has the version of the program', () => {
    const { version } = JSON.parse(readFileSync(join(chart, '../../package.json'), 'utf8'));
    expect(manifest('Chart.yaml')[0]?.value).toMatchObject({ version, appVersion: version });
  });

  it.each(['1.30.0', '1.33.4-eks-1', '1.36.3', '1.37.0'])('takes Kubernetes %s', (version) => {
    expect(rendered({}, ['--kube-version', version]).objects.length).toBeGreaterThan(8);
  });

  it('refuses a Kubernetes that is too old for it', () => {
    expect(() => rendered({}, ['--kube-version', '1.29.9'])).toThrow(/>=1\.30/);
  });

  it('keeps to names that Kubernetes takes, however long those of the release are', () => {
    const { stdout } = helm(['template', 'a'.repeat(53), chart, '--namespace=abatis-system']);
    const names = [...stdout.matchAll(/^ {2}name: (\S+)$/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => name.length > 63)).toEqual([]);
  });
});

describeWithHelm('values that are wrong', () => {
  it.each([
    ['a value that there is not', { replica: 3 }, /replica/],
    ['one further in', { image: { registry: 'x' } }, /image/],
    ['a pack that there is not', { packs: ['everything'] }, /packs/],
    ['a registration that there is not', { registration: { mode: 'dynamic' } }, /mode/],
    ['another failurePolicy', { registration: { failurePolicy: 'Open' } }, /failurePolicy/],
    ['a timeout that the API server refuses', { registration: { timeoutSeconds: 31 } }, /timeoutSeconds/],
    ['kube-system among what fails', { registration: { excludedNamespaces: [] } }, /excludedNamespaces/],
    ['a Secret without a name', { certificates: { mode: 'secret' } }, /secretName/],
    ['names of clients without an authority', { clientCertificates: { names: ['x'] } }, /configMap/],
    ['no memory limit, which the heap is sized by', { resources: { limits: null } }, /limits/],
    ['a heap as large as the limit', { heapPercent: 100 }, /heapPercent/],
    ['a digest that is none', { image: { digest: 'sha256:abc' } }, /digest/],
    ['an argument that is none', { extraArgs: ['serve'] }, /extraArgs/],
    ['a second heap', { extraEnv: [{ name: 'NODE_OPTIONS', value: '' }] }, /extraEnv/],
    ['a role that nobody aggregates', { rbac: { people: { policies: ['cluster-admin'] } } }, /policies/],
    ['nothing to judge by', { clusterPolicies: false, packs: [] }, /nothing would judge/],
    ['a folder of the node', { extraVolumes: [{ name: 'x', hostPath: { path: '/' } }] }, /extraVolumes/],
    [
      'files in place of the program',
      { extraVolumeMounts: [{ name: 'x', mountPath: '/abatis/dist' }] },
      /extraVolumeMounts/,
    ],
    ['images from nowhere', { images: { enabled: true } }, /allowedHosts/],
    ['no emergency switch', { emergency: { configMap: '' } }, /configMap/],
    ['a right to everything by mistake', { rbac: { clusterRules: [{ apiGroups: ['*'] }] } }, /clusterRules/],
    ['fewer at most than at least', { autoscaling: { enabled: true, minReplicas: 9 } }, /minReplicas/],
    ['no account', { serviceAccount: { create: false } }, /serviceAccount\.name/],
  ])('are refused: %s', (_, values, message) => {
    const { code, stderr } = helm(['template', 'abatis', chart], { values });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it('are refused wherever they are: the schema knows every value, and no more', () => {
    const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
    const [document] = manifest('values.yaml');
    const undefinedIn = (
      value: unknown,
      at: { properties?: Record<string, never> },
      path: string,
    ): string[] => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
      if (at.properties === undefined) return [];
      const known = Object.keys(at.properties);
      return [
        ...Object.keys(value).filter((key) => !known.includes(key)),
        ...known.filter((key) => !Object.hasOwn(value, key) && key !== 'global' && key !== 'claims'),
        ...Object.entries(value).flatMap(([key, each]) =>
          undefinedIn(each, at.properties?.[key] ?? {}, `${path}.${key}`),
        ),
      ];
    };
    expect(undefinedIn(document?.value, schema, '')).toEqual([]);
  });
});

describeWithHelm('the pods', () => {
  /** `policy/rule` of everything that these packs find in the objects of these kinds. */
  function findings(packs: readonly string[], kinds: readonly string[], all: readonly Values[]): string[] {
    const objects = all.flatMap((values) =>
      rendered(values).objects.filter(({ kind }) => kinds.includes(kind)),
    );
    const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    const args = ['check', '-', ...packs.map((pack) => `--pack=${pack}`), '--output=json'];
    const report = JSON.parse(abatis(args, { input }).stdout);
    expect(report.summary.evaluated).toBeGreaterThanOrEqual(all.length);
    return report.findings.map(({ policy, rule }: { policy: string; rule: string }) => `${policy}/${rule}`);
  }

  it('pass the Pod Security Standard restricted', () => {
    const all = Object.values(manyValues);
    const restricted = all.filter(({ hostNetwork }) => hostNetwork !== true);
    expect(restricted).toHaveLength(all.length - 1);
    expect(findings(['restricted'], ['Deployment'], restricted)).toEqual([]);
    expect(findings(['restricted'], ['Deployment'], [{ hostNetwork: true }])).not.toEqual([]);
  });

  it('find nothing to mend by our own best practices and reliability either', () => {
    const kinds = ['Deployment', 'PodDisruptionBudget', 'Service'];
    const found = findings(['best-practices', 'reliability'], kinds, [{}]);
    // A CPU limit throttles, which here all others would wait for.
    expect(found.filter((each) => each !== 'resource-limits/cpu')).toEqual([]);
  });

  it.each(many)('write nowhere, and have no more rights than they must, with %s', (_, values) => {
    const { spec } = rendered(values).one('Deployment')['spec'].template;
    const [container] = spec.containers;
    expect(spec.containers).toHaveLength(1);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = (container.volumeMounts ?? []).filter(
      ({ readOnly }: { readOnly: boolean }) => !readOnly,
    );
    const asked = JSON.stringify(values).includes('"readOnly":false') ? ['cache'] : [];
    expect(writable.map(({ name }: { name: string }) => name)).toEqual(asked);
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  const options = new Set(abatis(['serve', '--help']).stdout.match(/--[a-z-]+/g));
  it.each(many)('are started with options that there are, with %s', (_, values) => {
    const given = rendered(values).args.slice(1);
    expect(given.length).toBeGreaterThan(5);
    expect(given.map((arg) => arg.split('=')[0] ?? '').filter((arg) => !options.has(arg))).toEqual([]);
  });

  it('have room beside the heap, and time to drain', () => {
    const { spec } = rendered({ drainDelay: 12, heapPercent: 50 }).one('Deployment')['spec'].template;
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(12 + 20);
    expect(spec.containers[0].env).toContainEqual({
      name: 'NODE_OPTIONS',
      value: '--max-old-space-size-percentage=50',
    });
  });

  it('mount what their arguments name, and nothing else', () => {
    for (const [, values] of many) {
      const { spec } = rendered(values).one('Deployment')['spec'].template;
      const mounts: { name: string; mountPath: string }[] = spec.containers[0].volumeMounts ?? [];
      const paths = [
        ...(spec.containers[0].args as string[]).flatMap(
          (arg) => arg.match(/=(\/[^/]+(?:\/[^/.]+)?)/)?.[1] ?? [],
        ),
        // The folder of a cache.
        ...(JSON.stringify(values).match(/(?<="folder":")[^"]+/g) ?? []),
      ];
      const folders = new Set(
        paths.map((path) => (path.startsWith('/policies/') ? path : `/${path.split('/')[1]}`)),
      );
      expect([...folders].sort()).toEqual(mounts.map(({ mountPath }) => mountPath).sort());
      expect((spec.volumes ?? []).map(({ name }: { name: string }) => name).sort()).toEqual(
        mounts.map(({ name }) => name).sort(),
      );
    }
  });

  it('read images as the values say, and the pull secrets of others only when told to', () => {
    const configOf = (values: Values) => {
      const { data } = rendered(values).one('ConfigMap', 'abatis-images') as {
        data?: Record<string, string>;
      };
      return readDocuments('config.yaml', data?.['config.yaml'] ?? '').documents[0]?.value;
    };
    const config = { allowedHosts: ['registry.example'], tagAge: '5m' };
    expect(configOf({ images: { enabled: true, config } })).toEqual({
      ...config,
      credentials: { pullSecrets: false },
    });
    const told = { ...config, credentials: { pullSecrets: true } };
    expect(configOf({ images: { enabled: true, config: told } })).toEqual(told);
  });

  it('leave their number to the autoscaler where there is one', () => {
    expect(rendered().one('Deployment')['spec'].replicas).toBe(2);
    expect(rendered({ autoscaling: { enabled: true } }).one('Deployment')['spec']).not.toHaveProperty(
      'replicas',
    );
  });
});

const configurationKinds = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const;

describeWithHelm('a managed registration', () => {
  it('is two configurations without webhooks, so that they go with the release', () => {
    const { one } = rendered();
    for (const kind of configurationKinds) {
      expect(one(kind).metadata.name).toBe('abatis');
      // An apply that says nothing of them leaves alone what the server has written.
      expect(one(kind)).not.toHaveProperty('webhooks');
    }
  });

  it('is told to the server, with the Service that there is', () => {
    const { args, one } = rendered({ service: { port: 8443 } });
    expect(args).toContain('--register=abatis');
    expect(args).toContain('--service=abatis-system/abatis:8443');
    expect(one('Service')['spec'].ports[0].port).toBe(8443);
    for (const mode of ['static', 'none'])
      expect(rendered({ registration: { mode } }).args.join()).not.toContain('--register');
  });

  it('trusts an authority that the values give', () => {
    const authority = '-----BEGIN CERTIFICATE-----\nx\n';
    const { args, one } = rendered({ certificates: { mode: 'secret', secretName: 'a', authority } });
    expect(args).toContain('--ca-bundle=/authorities/ca.crt');
    expect(one('ConfigMap', 'abatis-authorities')['data']).toEqual({ 'ca.crt': authority });
  });

  it('is another object than a static one, so that whoever changes the mode is left with no half of it', () => {
    const { one } = rendered({ registration: { mode: 'static' } });
    expect(one('ValidatingWebhookConfiguration').metadata.name).toBe('abatis-static');
  });

  it('is none where it is left to others', () => {
    const { objects } = rendered({ registration: { mode: 'none' } });
    expect(objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'))).toEqual([]);
  });
});

describeWithHelm('a static webhook', () => {
  type Static = Values & { readonly registration?: object };
  const statically = ({ registration, ...values }: Static): Values => ({
    ...values,
    registration: { mode: 'static', ...registration },
  });
  const webhooksOf = (values: Static) =>
    rendered(statically(values)).one('ValidatingWebhookConfiguration')['webhooks'];
  const webhookOf = (values: Static) => webhooksOf(values)[0];

  it('lets requests through while nobody answers, unless told otherwise', () => {
    expect(webhookOf({}).failurePolicy).toBe('Ignore');
    expect(webhookOf({ registration: { failurePolicy: 'Fail' } }).failurePolicy).toBe('Fail');
  });

  it('looks at policies that are stored, and never keeps anybody from taking them away', () => {
    const [first, own] = webhooksOf({ registration: { failurePolicy: 'Fail' } });
    expect(first.matchConditions.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['not-our-own-kinds', 'not-our-own-definitions']),
    );
    expect(own).toMatchObject({ name: 'validate.policies.abatis.dev', failurePolicy: 'Ignore' });
    expect(own.rules[0].operations).toEqual(['CREATE', 'UPDATE']);
    expect(webhooksOf({ clusterPolicies: false })).toHaveLength(1);
  });

  it('is never asked about its own namespace, kube-system and node leases', () => {
    for (const values of [
      {},
      { registration: { excludedNamespaces: ['x', 'kube-system', 'kube-node-lease'] } },
    ]) {
      const [first] = webhookOf(values).namespaceSelector.matchExpressions;
      expect(first).toMatchObject({ key: 'kubernetes.io/metadata.name', operator: 'NotIn' });
      const all = ['kube-system', 'kube-node-lease', 'abatis-system'];
      expect(first.values).toEqual(expect.arrayContaining(all));
    }
  });

  it('is asked through the Service, at the name that the certificate is for', () => {
    for (const values of [{}, { certificates: { mode: 'certManager' } }]) {
      const { one, args } = rendered(statically(values));
      const { service } = webhookOf(values).clientConfig;
      const name = `${service.name}.${service.namespace}.svc`;
      expect(one('Service').metadata).toMatchObject({ name: service.name, namespace: service.namespace });
      expect(one('Service')['spec'].ports[0].port).toBe(service.port);
      if ('certificates' in values) expect(one('Certificate', 'abatis')['spec'].dnsNames).toEqual([name]);
      else expect(args).toContain(`--tls-name=${name}`);
    }
  });

  it('is trusted by what the values say', () => {
    const authority = '-----BEGIN CERTIFICATE-----\nx\n';
    const given = webhookOf({ certificates: { mode: 'secret', secretName: 'a', authority } }).clientConfig
      .caBundle;
    expect(Buffer.from(given, 'base64').toString()).toBe(authority);
    expect(webhookOf({}).clientConfig).not.toHaveProperty('caBundle');
    for (const mode of ['static', 'managed']) {
      const { one } = rendered({ registration: { mode }, certificates: { mode: 'certManager' } });
      expect(one('ValidatingWebhookConfiguration').metadata.annotations).toEqual({
        'cert-manager.io/inject-ca-from': 'abatis-system/abatis',
      });
    }
  });
});

describeWithHelm('what the server may do', () => {
  const rulesOf = (values: Values) =>
    rendered(values)
      .objects.filter(({ kind, metadata }) => kind.endsWith('Role') && metadata.name === 'abatis')
      .map(({ kind, rules }): [string, unknown] => [kind, rules]);

  const namespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] };
  const looking = { verbs: ['get', 'list', 'watch'] };
  const stock = [
    { apiGroups: [''], resources: ['pods', 'replicationcontrollers'], ...looking },
    { apiGroups: ['apps'], resources: ['deployments', 'replicasets', 'statefulsets'], ...looking },
  ];
  const ours = ['policies', 'policybindings', 'policyexceptions'];
  const documents = [
    { apiGroups: ['abatis.dev'], resources: ours, verbs: ['list', 'watch'] },
    { apiGroups: ['abatis.dev'], resources: ours.map((each) => `${each}/status`), verbs: ['patch'] },
  ];
  const configurations = (name: string) => ({
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
    resourceNames: [name],
    verbs: ['get', 'update'],
  });
  const named = (apiGroup: string, resource: string, name: string, verbs: readonly string[]) => [
    { apiGroups: [apiGroup], resources: [resource], resourceNames: [name], verbs },
    { apiGroups: [apiGroup], resources: [resource], verbs: ['create'] },
  ];
  const brake = {
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: ['abatis-emergency'],
    verbs: ['list', 'watch'],
  };
  const lead = named('coordination.k8s.io', 'leases', 'abatis', ['get', 'patch']);
  const secret = named('', 'secrets', 'abatis-tls', ['get', 'update']);

  const rows: readonly (readonly [string, Values, readonly object[], readonly object[]])[] = [
    ['the defaults', {}, [namespaces, ...documents, configurations('abatis')], [brake, ...lead, ...secret]],
    [
      'cert-manager',
      { certificates: { mode: 'certManager' } },
      [namespaces, ...documents, configurations('abatis')],
      [brake, ...lead],
    ],
    [
      'a static webhook',
      { registration: { mode: 'static' } },
      [namespaces, ...documents, configurations('abatis-static')],
      [brake, ...lead, ...secret],
    ],
    [
      'a static webhook and a Secret of their own',
      { registration: { mode: 'static' }, certificates: { mode: 'secret', secretName: 'ours' } },
      [namespaces, ...documents],
      [brake, ...lead],
    ],
    [
      'policies of files alone',
      { clusterPolicies: false, registration: { mode: 'static' } },
      [namespaces, configurations('abatis-static')],
      [brake, ...secret],
    ],
    ['the least that there is', manyValues['the least rights that there are'] ?? {}, [namespaces], [brake]],
  ];
  it.each(rows)('is what it uses, and no more, with %s', (_, values, cluster, own) => {
    expect(rulesOf(values)).toEqual([
      ['ClusterRole', [...cluster, ...stock]],
      ['Role', own],
    ]);
  });

  it('is to read Secrets of others only where their pull secrets are asked for, and to write Events where asked', () => {
    const rules = (values: Values) => JSON.stringify(rulesOf(values)[0]);
    const config = { allowedHosts: ['registry.example'] };
    const quiet = rules({ lookups: { stock: false }, images: { enabled: true, config } });
    for (const word of ['secrets', 'pods', 'events']) expect(quiet).not.toContain(word);
    const [more = {}] = Object.entries(manyValues).flatMap(([name, values]) =>
      name.includes('pull secrets') ? [values] : [],
    );
    expect(rules(more)).toContain('"resources":["secrets","serviceaccounts"],"verbs":["get"]');
    expect(rules(more)).toContain('"resources":["pods"],"verbs":["list","watch"]');
    expect(rules(more)).toContain('"resources":["events"],"verbs":["create","patch"]');
  });

  it.each<[string, Values, boolean]>([
    ['there is with the pack that looks up', {}, true],
    ['there is not with another pack', { packs: ['baseline'] }, false],
    ['there is not where it is not wanted', { lookups: { stock: false } }, false],
  ])('is what stock policies look up: %s', (_, values, isThere) => {
    const rules = rulesOf(values)[0]?.[1];
    for (const rule of stock) {
      if (isThere) expect(rules).toContainEqual(rule);
      else expect(rules).not.toContainEqual(rule);
    }
  });

  it('is to look up what values name, and by reading alone', () => {
    const rule = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    const rules = (verbs: readonly string[]) => rulesOf({ lookups: { rules: [{ ...rule, verbs }] } })[0]?.[1];
    expect(rules(['list', 'watch'])).toContainEqual({ ...rule, verbs: ['list', 'watch'] });
    expect(() => rules(['patch'])).toThrow(/lookups/);
  });

  it('is more only where the values say so', () => {
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] };
    const rulesBy = new Map(rulesOf({ rbac: { clusterRules: [rule], rules: [rule] } }));
    expect(rulesBy.get('ClusterRole')).toContainEqual(rule);
    expect(rulesBy.get('Role')).toContainEqual(rule);
  });
});

describeWithHelm('the roles for people', () => {
  it('let nobody write policies or exceptions who was not told so', () => {
    const { one } = rendered();
    const aggregated = (name: string) =>
      Object.keys(one('ClusterRole', name).metadata.labels).filter((label) => label.includes('aggregate'));
    expect(aggregated('abatis-view')).toHaveLength(3);
    expect(aggregated('abatis-policies')).toEqual([]);
    expect(aggregated('abatis-exceptions')).toEqual([]);
    expect(one('ClusterRole', 'abatis-exceptions')['rules'][0].resources).toEqual(['policyexceptions']);
    expect(one('ClusterRole', 'abatis-policies')['rules'][0].resources).toEqual([
      'policies',
      'policybindings',
    ]);
  });

  it('are added to those of Kubernetes that the values name', () => {
    const { one } = rendered({ rbac: { people: { exceptions: ['admin'] } } });
    expect(one('ClusterRole', 'abatis-exceptions').metadata.labels).toMatchObject({
      'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
    });
  });
});
