import { describe, expect, test } from 'vitest';
import { compile, environment, showType, type Type } from '../../src/cel/index.ts';
import { celTypeAt, celTypeOf } from '../../src/openapi/index.ts';

const types: Readonly<Record<string, Type | undefined>> = {
  Pod: celTypeOf('', 'v1', 'Pod'),
  Deployment: celTypeOf('apps', 'v1', 'Deployment'),
  Secret: celTypeOf('', 'v1', 'Secret'),
  Service: celTypeOf('', 'v1', 'Service'),
  ClusterRole: celTypeOf('rbac.authorization.k8s.io', 'v1', 'ClusterRole'),
  CustomResourceDefinition: celTypeOf('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition'),
  MutatingWebhookConfiguration: celTypeOf(
    'admissionregistration.k8s.io',
    'v1',
    'MutatingWebhookConfiguration',
  ),
};

/** What the checker has to say of an expression on an object of a kind. */
function complaints(kind: string, expression: string): readonly string[] {
  const object = types[kind];
  if (object === undefined) throw new Error(`${kind} has no type`);
  const result = compile(expression, environment({ variables: { object, oldObject: object } }));
  return [...(result.ok ? [] : result.problems), ...result.warnings].map(({ message, help }) =>
    help === undefined ? message : `${message}: ${help}`,
  );
}

describe('expressions on typed objects', () => {
  test.each([
    ['Pod', 'object.spec.containers.all(c, c.image.startsWith("registry.example/"))'],
    ['Pod', 'object.metadata.labels["app"] == "web" && object.metadata.?annotations.?team.hasValue()'],
    ['Pod', 'object.metadata.namespace == "default" && oldObject == null'],
    ['Pod', 'object.spec.hostNetwork || object.spec.containers[0].ports[0].hostPort > 0'],
    ['Pod', '(object.spec.containers + object.spec.initContainers).all(c, has(c.resources))'],
    ['Deployment', 'object.spec.replicas <= 5 && object.spec.template.spec.volumes.all(v, !has(v.hostPath))'],
    ['ClusterRole', 'object.rules.all(r, !("*" in r.verbs))'],
    [
      'CustomResourceDefinition',
      'object.spec.versions.all(v, v.schema.openAPIV3Schema.properties.spec.not.not.type == "object")',
    ],
  ])('%s: nothing is said of `%s`', (kind, expression) => {
    expect(complaints(kind, expression)).toEqual([]);
  });

  test.each([
    [
      'quantities',
      'Pod',
      'quantity(object.spec.containers[0].resources.limits.memory).isLessThan(quantity("1Gi"))',
    ],
    ['quantities', 'Pod', 'object.spec.containers[0].resources.limits["cpu"] == 1'],
    ['int-or-string', 'Pod', 'object.spec.containers[0].livenessProbe.httpGet.port == "http"'],
    ['int-or-string', 'Service', 'object.spec.ports[0].targetPort == 80'],
    ['times', 'Pod', 'timestamp(object.metadata.creationTimestamp) < timestamp("2027-01-01T00:00:00Z")'],
    ['times', 'Pod', 'object.metadata.creationTimestamp.startsWith("2027-")'],
    ['base64', 'Secret', 'object.data.password == b"hunter2"'],
    ['base64', 'Secret', 'object.data["password"].size() > 12'],
    ['managed fields', 'Pod', 'object.metadata.managedFields.all(m, "f:spec" in m.fieldsV1)'],
    [
      'floats',
      'CustomResourceDefinition',
      'object.spec.versions[0].schema.openAPIV3Schema.properties["a"].maximum == 3',
    ],
    [
      'JSON',
      'CustomResourceDefinition',
      'object.spec.versions[0].schema.openAPIV3Schema.default.anything == 1',
    ],
  ])('%s are dyn, as JSON may hold either: %s `%s`', (_what, kind, expression) => {
    expect(complaints(kind, expression)).toEqual([]);
  });

  test.each([
    [
      'Pod',
      'object.spec.container.all(c, true)',
      '`core.v1.PodSpec` has no field `container`: did you mean `containers`?',
    ],
    [
      'Deployment',
      'object.spec.template.spec.containers.all(c, has(c.imagePullpolicy))',
      '`core.v1.Container` has no field `imagePullpolicy`: did you mean `imagePullPolicy`?',
    ],
    [
      'MutatingWebhookConfiguration',
      'object.webhooks.all(w, w.timeoutSecond < 10)',
      '`admissionregistration.v1.MutatingWebhook` has no field `timeoutSecond`: did you mean `timeoutSeconds`?',
    ],
    [
      'Pod',
      'object.metadata.__namespace__ == "default"',
      '`meta.v1.ObjectMeta` has no field `__namespace__`: did you mean `namespace`?',
    ],
  ])('%s: `%s` reads a field that there is not', (kind, expression, complaint) => {
    expect(complaints(kind, expression)).toEqual([complaint]);
  });

  test.each([
    ['Pod', 'object.spec.hostNetwork == "true"'],
    ['Pod', 'object.metadata.name == 1'],
    ['Pod', 'object.metadata.labels["app"] == 1'],
    ['Deployment', 'object.spec.replicas.startsWith("1")'],
    ['Deployment', '"web" in object.spec.template'],
    ['Pod', 'object.spec.containers == null'],
  ])('%s: `%s` cannot hold', (kind, expression) => {
    expect(complaints(kind, expression)).toHaveLength(1);
  });
});

describe('the type of a kind', () => {
  test('is made once, and so are the types that it refers to', () => {
    const pod = celTypeOf('', 'v1', 'Pod');
    const template = celTypeOf('', 'v1', 'PodTemplate')?.fields['template'];

    expect(celTypeOf('', 'v1', 'Pod')).toBe(pod);
    expect(pod?.fields).toBe(pod?.fields);
    expect(template).toMatchObject({ kind: 'object', name: 'core.v1.PodTemplateSpec' });
    expect(template?.kind === 'object' && template.fields['spec']).toBe(pod?.fields['spec']);
  });

  test('may refer to itself', () => {
    const schema = celTypeOf('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition')?.fields['spec'];
    const versions = schema?.kind === 'object' ? schema.fields['versions'] : undefined;
    const version = versions?.kind === 'list' ? versions.element : undefined;
    const validation = version?.kind === 'object' ? version.fields['schema'] : undefined;
    const props = validation?.kind === 'object' ? validation.fields['openAPIV3Schema'] : undefined;

    expect(props?.kind === 'object' && props.fields['not']).toBe(props);
  });

  test.each([
    ['apps', 'v1', 'Deploymint'],
    ['apps', 'v9', 'Deployment'],
    ['', 'v1', 'Deployment'],
    ['extensions', 'v1beta1', 'Deployment'],
    ['example.dev', 'v1', 'Widget'],
    ['', '', 'constructor'],
    ['__proto__', 'v1', '__proto__'],
    ['', 'v1', ''],
  ])('there is none of %s/%s %s', (group, version, kind) => {
    expect(celTypeOf(group, version, kind)).toBeUndefined();
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('has no field `%s`', (name) => {
    expect(complaints('Pod', `has(object.spec.${name})`)).toEqual([
      `\`core.v1.PodSpec\` has no field \`${name}\``,
    ]);
  });
});

describe('the type at a path', () => {
  test.each<[path: readonly (string | number)[], type: string]>([
    [['spec', 'template'], 'core.v1.PodTemplateSpec'],
    [['spec', 'template', 'spec', 'containers'], 'list(core.v1.Container)'],
    [['spec', 'template', 'spec', 'containers', 0], 'core.v1.Container'],
    [['spec', 'template', 'spec', 'containers', 0, 'command'], 'list(string)'],
    [['spec', 'template', 'spec', 'containers', 0, 'resources', 'limits'], 'map(string, dyn)'],
    [['spec', 'selector', 'matchLabels'], 'map(string, string)'],
    [['spec', 'replicas'], 'int'],
    [['spec', 'paused'], 'bool'],
    [['metadata', 'creationTimestamp'], 'dyn'],
  ])('%j of a Deployment is %s', (path, type) => {
    const found = celTypeAt('apps', 'v1', 'Deployment', path);

    expect(found && showType(found)).toBe(type);
  });

  test('is that of the kind at its root', () => {
    expect(celTypeAt('', 'v1', 'Pod', [])).toBe(celTypeOf('', 'v1', 'Pod'));
  });

  test('is none where the path leads out of the schema, and of kinds that are not known', () => {
    expect(celTypeAt('apps', 'v1', 'Deployment', ['spec', 'containers'])).toBeUndefined();
    expect(celTypeAt('example.dev', 'v1', 'Widget', [])).toBeUndefined();
  });
});
