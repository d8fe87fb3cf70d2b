import { describe, expect, it } from 'vitest';
import { kindTable } from '../../src/kinds/index.ts';
import { customKinds, type ManifestOptions, readManifests } from '../../src/manifest/index.ts';
import type { AdmissionInput } from '../../src/model/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

function read(text: string, options: Partial<ManifestOptions> = {}) {
  const { documents } = readDocuments('m.yaml', text);
  const kinds = kindTable(customKinds(documents.map(({ value }) => value)));
  return readManifests(documents, { kinds, ...options });
}

function inputOf(text: string, options: Partial<ManifestOptions> = {}): AdmissionInput {
  const { manifests, diagnostics } = read(text, options);
  expect(diagnostics).toEqual([]);
  const input = manifests.at(-1)?.input;
  if (input === undefined) throw new Error('no manifest');
  return input;
}

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {a: b}}\n';

describe('a manifest as a request', () => {
  it('is what kubectl create would ask for', () => {
    expect(inputOf(deployment)).toEqual({
      operation: 'CREATE',
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      subresource: '',
      name: 'web',
      namespace: 'default',
      namespaced: true,
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', labels: { a: 'b' }, namespace: 'default' },
      },
      oldObject: null,
      userInfo: undefined,
      namespaceObject: undefined,
      dryRun: false,
    });
  });

  it.each([
    ['its own namespace', 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}', 'shop', true],
    ['the namespace given', 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}', 'given', true],
    [
      'an empty namespace filled in',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ""}',
      'given',
      true,
    ],
    ['none, being cluster-scoped', 'apiVersion: v1\nkind: Node\nmetadata: {name: a}', '', false],
    [
      'none, whatever it says itself',
      'apiVersion: v1\nkind: Node\nmetadata: {name: a, namespace: x}',
      '',
      false,
    ],
    [
      'none that is known, its kind being unknown',
      'apiVersion: e.io/v1\nkind: W\nmetadata: {name: a}',
      '',
      undefined,
    ],
    [
      'the one it names, its kind being unknown',
      'apiVersion: e.io/v1\nkind: W\nmetadata: {name: a, namespace: x}',
      'x',
      true,
    ],
  ])('has %s', (_, text, namespace, namespaced) => {
    expect(inputOf(text, { namespace: 'given' })).toMatchObject({ namespace, namespaced });
  });

  it('does not touch the document it was made of', () => {
    const { documents } = readDocuments('m.yaml', deployment);
    const before = structuredClone(documents[0]?.value);
    readManifests(documents, { kinds: kindTable() });
    expect(documents[0]?.value).toEqual(before);
  });

  it('has no name while that is yet to be generated', () => {
    expect(inputOf('apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}').name).toBe('');
  });

  it('is the old object on DELETE, and has the user that is given', () => {
    const userInfo = { username: 'jane', groups: [] };
    expect(inputOf(deployment, { operation: 'DELETE', userInfo })).toMatchObject({
      operation: 'DELETE',
      object: null,
      oldObject: { kind: 'Deployment' },
      userInfo,
    });
  });

  it.each([
    ['Ingress', 'networking.k8s.io/v1', 'ingresses'],
    ['Unheard', 'example.com/v1', 'unheards'],
    ['Policy', 'example.com/v1', 'policies'],
  ])('of the kind %s is for the resource %3$s', (kind, apiVersion, resource) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}`;
    expect(inputOf(text).resource.resource).toBe(resource);
  });

  it('learns of custom kinds from definitions among the documents', () => {
    const crd = [
      'apiVersion: apiextensions.k8s.io/v1',
      'kind: CustomResourceDefinition',
      'metadata: {name: oxen.example.com}',
      'spec: {group: example.com, scope: Namespaced, names: {kind: Ox, plural: oxen}}',
    ].join('\n');
    expect(inputOf(`${crd}\n---\napiVersion: example.com/v1\nkind: Ox\nmetadata: {name: a}`)).toMatchObject({
      namespaced: true,
      namespace: 'default',
      resource: { resource: 'oxen' },
    });
  });
});

describe('namespaces among the documents', () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {tier: gold}}\n';
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n';

  it.each([
    ['before', `${namespace}---\n${pod}`],
    ['after', `${pod}---\n${namespace}`],
  ])('are known to what goes into them, standing %s it', (_, text) => {
    const { manifests } = read(text);
    const input = manifests.find((manifest) => manifest.input.kind.kind === 'Pod')?.input;
    expect(input?.namespaceObject).toMatchObject({
      metadata: { name: 'shop', labels: { tier: 'gold', 'kubernetes.io/metadata.name': 'shop' } },
    });
  });

  it('have the label that the API server gives them', () => {
    expect(inputOf('apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}')).toMatchObject({
      object: { metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } } },
      namespaceObject: null,
      namespace: '',
    });
  });

  it('are unknown where they are not among them, and null where there is none', () => {
    expect(inputOf(`${namespace}---\n${deployment}`).namespaceObject).toBeUndefined();
    expect(inputOf('apiVersion: v1\nkind: Node\nmetadata: {name: a}').namespaceObject).toBeNull();
  });
});

describe('what is wrong with a manifest', () => {
  it.each([
    ['text', 'AB2101', 1, 1],
    ['- a\n- b', 'AB2101', 1, 1],
    ['kind: Pod\nmetadata: {name: a}', 'AB2102', 1, 1],
    ['apiVersion: apps/v1/v2\nkind: Pod\nmetadata: {name: a}', 'AB2103', 1, 13],
    ['apiVersion: 1\nkind: Pod\nmetadata: {name: a}', 'AB2103', 1, 13],
    ['apiVersion: Apps/v1\nkind: Pod\nmetadata: {name: a}', 'AB2103', 1, 13],
    ['apiVersion: v1\nmetadata: {name: a}', 'AB2104', 1, 1],
    ['apiVersion: v1\nkind: [Pod]\nmetadata: {name: a}', 'AB2105', 2, 7],
    ['apiVersion: v1\nkind: ""\nmetadata: {name: a}', 'AB2105', 2, 7],
    ['apiVersion: v1\nkind: Pod\nmetadata: a', 'AB2106', 3, 11],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: 12}', 'AB2107', 3, 18],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: [b]}', 'AB2107', 3, 32],
    ['apiVersion: v1\nkind: Pod\nmetadata: {labels: {}}', 'AB2108', 3, 11],
    ['apiVersion: v1\nkind: Pod', 'AB2108', 1, 1],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: ""}', 'AB2108', 3, 11],
    ['apiVersion: v1\nkind: {toString: 1}\nmetadata: {name: a}', 'AB2105', 2, 7],
  ])('%j is %s at %i:%i', (text, code, line, column) => {
    const { manifests, diagnostics } = read(text);
    expect(manifests).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code, severity: 'error', file: 'm.yaml', span: { start: { line, column } } },
    ]);
  });

  it.each([
    [
      'apps/v1',
      'Deploymnet',
      'Kubernetes has no kind `Deploymnet` in the group `apps`',
      'did you mean `Deployment`?',
    ],
    ['v1', 'pod', 'Kubernetes has no kind `pod` in the core group', 'did you mean `Pod`?'],
    [
      'v1',
      'Deployment',
      'Kubernetes has no kind `Deployment` in the core group',
      '`kubectl api-resources` lists what there is',
    ],
  ])('is worth a warning for %s %s, which is judged all the same', (apiVersion, kind, message, help) => {
    const { manifests, diagnostics } = read(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}`);
    expect(manifests).toHaveLength(1);
    const span = { start: { line: 2, column: 7 } };
    expect(diagnostics).toMatchObject([{ code: 'AB2109', severity: 'warning', message, help, span }]);
  });

  it('is not that a kind is custom', () => {
    expect(read('apiVersion: example.com/v1\nkind: Deploymnet\nmetadata: {name: a}').diagnostics).toEqual([]);
  });

  it('is reported together', () => {
    expect(read('apiVersion: 1\nmetadata: []').diagnostics.map(({ code }) => code)).toEqual([
      'AB2103',
      'AB2104',
      'AB2106',
    ]);
  });

  it.each([
    ['kind: Pod', 'error'],
    ['apiVersion: v1\nkind: pod\nmetadata: {name: a}', 'warning'],
  ])('is counted after the first hundred: %j', (text, severity) => {
    const { diagnostics } = read(Array.from({ length: 150 }, () => text).join('\n---\n'));
    expect(diagnostics).toHaveLength(101);
    const rest = text === 'kind: Pod' ? 200 : 50;
    expect(diagnostics.at(-1)).toEqual({
      code: 'AB1117',
      severity,
      message: `${rest} more problems are not shown`,
    });
  });

  it('does not keep the others from being read', () => {
    const { manifests, diagnostics } = read(`${deployment}---\nkind: Pod\n---\n${deployment}`);
    expect(manifests).toHaveLength(2);
    expect(diagnostics).toHaveLength(2);
  });

  it('is nothing where no name is wanted', () => {
    expect(inputOf('apiVersion: authorization.k8s.io/v1\nkind: SelfSubjectAccessReview\nspec: {}').name).toBe(
      '',
    );
  });
});

describe('documents that are not for judging', () => {
  it('are empty ones', () =>
    expect(read('---\n---\n# nothing\n')).toMatchObject({ manifests: [], diagnostics: [] }));

  it('are those of Abatis', () => {
    const text = 'apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: a}';
    expect(read(text)).toMatchObject({ manifests: [], skipped: { policies: 1, others: 0 }, diagnostics: [] });
  });

  it('are instructions to kustomize', () => {
    const text = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []';
    expect(read(text)).toMatchObject({ manifests: [], skipped: { policies: 0, others: 1 }, diagnostics: [] });
  });

  it('are values files and the like, where there may be some', () => {
    const text = 'replicas: 2\n---\n- a\n';
    expect(read(text, { mayBeForeign: () => true })).toMatchObject({
      skipped: { others: 2 },
      diagnostics: [],
    });
    expect(read(text, { mayBeForeign: () => false }).diagnostics).not.toEqual([]);
  });

  it('are not those that have lost one of the two', () => {
    expect(read('kind: Pod\nmetadata: {name: a}', { mayBeForeign: () => true }).diagnostics).toMatchObject([
      { code: 'AB2102' },
    ]);
  });
});

describe('hostile keys', () => {
  it('are data like any other', () => {
    const text =
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","__proto__":{"namespace":"x"}},"__proto__":{"kind":"Node"},"constructor":1}';
    const { manifests, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(manifests[0]?.input).toMatchObject({ namespace: 'default', kind: { kind: 'Pod' } });
    expect(Object.hasOwn(manifests[0]?.input.object ?? {}, '__proto__')).toBe(true);
    expect(({} as { namespace?: string }).namespace).toBeUndefined();
  });

  it('do not stand in for what is not there', () => {
    expect(read('{"__proto__":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}}').manifests).toEqual(
      [],
    );
  });
});
