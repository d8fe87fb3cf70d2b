import { describe, expect, it } from 'vitest';
import { customKinds } from '../../src/manifest/index.ts';

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: { group: 'example.com', scope: 'Cluster', names: { kind: 'Widget', plural: 'widgets' } },
};

describe('kinds that the documents define', () => {
  it('are those of CustomResourceDefinitions', () => {
    const namespaced = {
      ...definition,
      spec: { ...definition.spec, scope: 'Namespaced', names: { kind: 'Gadget', plural: 'gadgets' } },
    };
    expect(customKinds([{ kind: 'Pod' }, definition, namespaced])).toEqual([
      { group: 'example.com', kind: 'Widget', resource: 'widgets', namespaced: false },
      { group: 'example.com', kind: 'Gadget', resource: 'gadgets', namespaced: true },
    ]);
  });

  it.each([
    ['of another group', { ...definition, apiVersion: 'example.com/v1' }],
    ['without an apiVersion', { ...definition, apiVersion: undefined }],
    ['without a spec', { ...definition, spec: undefined }],
    ['without names', { ...definition, spec: { ...definition.spec, names: null } }],
    ['of no scope', { ...definition, spec: { ...definition.spec, scope: 'Global' } }],
    ['whose group is a number', { ...definition, spec: { ...definition.spec, group: 1 } }],
    ['that only inherits what it lacks', { ...definition, spec: Object.create(definition.spec) }],
  ])('are none of a definition %s', (_, value) => expect(customKinds([value])).toEqual([]));

  it.each([[null], [undefined], ['text'], [1], [[definition]]])('are none of %j', (value) =>
    expect(customKinds([value])).toEqual([]),
  );
});
