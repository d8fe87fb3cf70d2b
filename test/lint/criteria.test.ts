import { describe, expect, test } from 'vitest';
import { rules, saidOf, widgets } from './linting.ts';

const ofMatch = (match: string, more = '') =>
  saidOf(`  match: ${match}\n${more === '' ? '' : `  ${more}\n`}${rules('require: metadata.labels')}`);

describe('a policy about nothing', () => {
  test.each([
    ['{kinds: [Service], names: [web]}', 'exclude: {names: [web, db]}', ['AB1604 exclude']],
    ['{kinds: [Service], names: [web]}', 'exclude: {names: ["*"]}', ['AB1604 exclude']],
    ['{kinds: [Service]}', 'exclude: {kinds: [Service]}', ['AB1604 exclude']],
    ['{kinds: [Service]}', 'exclude: {operations: [CREATE, UPDATE]}', ['AB1604 exclude']],
    ['{kinds: [Service]}', 'exclude: {namespaces: ["*"]}', ['AB1604 exclude']],
    ['{kinds: [Service], namespaces: [shop]}', 'exclude: {namespaces: [shop]}', ['AB1604 exclude']],
    [
      '{objectSelector: {matchLabels: {a: b}}}',
      'exclude: {objectSelector: {matchLabels: {a: b}}}',
      ['AB1604 exclude'],
    ],
    ['{kinds: [Service], names: [web, db]}', 'exclude: {names: [web]}', []],
    ['{kinds: [Service]}', 'exclude: {names: ["web*"]}', []],
    ['{kinds: [Service, Ingress]}', 'exclude: {kinds: [Service]}', []],
    ['{kinds: [Service]}', 'exclude: {kinds: [Service], namespaces: [kube-system]}', []],
    ['{kinds: [Service]}', 'exclude: {operations: [UPDATE]}', []],
    ['{operations: ["*"]}', 'exclude: {operations: [CREATE, UPDATE]}', []],
    // What is in no namespace is left out by none.
    ['{names: [a]}', 'exclude: {namespaces: ["*"]}', []],
    ['{namespaces: ["shop-*"]}', 'exclude: {namespaces: [shop-test]}', []],
  ])('%s, %s', (match, exclude, expected) => {
    expect(ofMatch(match, exclude)).toEqual(expected);
  });

  test.each([
    ['{objectSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: DoesNotExist}]}}', 1],
    [
      '{objectSelector: {matchExpressions: [{key: a, operator: In, values: [x]}, {key: a, operator: NotIn, values: [x]}]}}',
      1,
    ],
    [
      '{namespaceSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [c]}]}}',
      1,
    ],
    ['{objectSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: DoesNotExist}]}}', 0],
    [
      '{objectSelector: {matchExpressions: [{key: a, operator: In, values: [x, z]}, {key: a, operator: NotIn, values: [x]}]}}',
      0,
    ],
    [
      '{objectSelector: {matchExpressions: [{key: a, operator: NotIn, values: [x]}, {key: a, operator: DoesNotExist}]}}',
      0,
    ],
    ['{kinds: [Service], scope: Cluster}', 1],
    ['{kinds: [Namespace], scope: Namespaced}', 1],
    ['{kinds: [Service, Namespace], scope: Cluster}', 0],
    ['{kinds: ["*"], scope: Cluster}', 0],
    ["{conditions: [{name: c, expression: 'false'}]}", 1],
    [
      '{kinds: [Service], conditions: [{name: c, expression: object.spec.type == "a" && object.spec.type == "b"}]}',
      1,
    ],
    ['{kinds: [Service], conditions: [{name: c, expression: object.spec.type == "a"}]}', 0],
  ])('%s: %i', (match, count) => {
    expect(ofMatch(match).filter((each) => each.startsWith('AB1604'))).toHaveLength(count);
    expect(ofMatch(match)).toHaveLength(count);
  });
});

test.each([
  ['{kinds: [ClusterRole], namespaces: [shop]}', '', ['AB1605 namespaces']],
  ['{kinds: [ClusterRole], namespaceSelector: {matchLabels: {a: b}}}', '', ['AB1605 namespaceSelector']],
  ['{kinds: [ClusterRole]}', 'exclude: {namespaces: [kube-system]}', ['AB1605 namespaces']],
  // A Namespace is in itself.
  ['{kinds: [Namespace], namespaces: [shop]}', '', []],
  ['{kinds: [ClusterRole, Role], namespaces: [shop]}', '', []],
  ['{namespaces: [shop]}', '', []],
])('criteria about namespaces, of what is in none: %s %s', (match, exclude, expected) => {
  expect(ofMatch(match, exclude)).toEqual(expected);
});

describe('requests that never come', () => {
  test.each([
    ['{kinds: [Pod/exec]}', ['AB1606 Pod/exec']],
    ['{kinds: [Pod/eviction], operations: [UPDATE]}', ['AB1606 UPDATE', 'AB1606 Pod/eviction']],
    ['{kinds: [Deployment/scale], operations: [CREATE]}', ['AB1606 CREATE', 'AB1606 Deployment/scale']],
    ['{kinds: [Service], operations: [CREATE, CONNECT]}', ['AB1606 CONNECT']],
    ['{kinds: [Pod/log], operations: ["*"]}', []],
    ['{kinds: [Pod/exec], operations: [CONNECT]}', []],
    ['{kinds: [Pod/exec, Pod], operations: [CREATE, CONNECT]}', []],
    ['{kinds: [Deployment/scale]}', []],
    ['{kinds: ["*/scale"], operations: [UPDATE]}', []],
    ['{kinds: [Service], operations: [DELETE]}', []],
    ['{operations: [CONNECT]}', []],
  ])('%s', (match, expected) => {
    expect([...ofMatch(match)].sort()).toEqual([...expected].sort());
  });

  const mutation = '  mutations: [{name: m, set: {path: metadata.labels.a, value: x}}]';
  const rule = rules('require: metadata.labels');

  test.each([
    // Nothing at all is mutated: an error. Something is: then the other operations are idle.
    [`  match: {operations: [DELETE]}\n${mutation}`, ['AB1504 [DELETE]']],
    [`  match: {operations: [DELETE]}\n${rule}\n${mutation}`, ['AB1504 [DELETE]']],
    [`  match: {operations: [CREATE, DELETE]}\n${mutation}`, ['AB1606 DELETE']],
    [`  target: pod\n  match: {operations: [CREATE, UPDATE]}\n${mutation}`, ['AB1606 UPDATE']],
    [`  match: {operations: [CREATE, DELETE]}\n${rule}\n${mutation}`, []],
    [`  match: {operations: [CREATE, UPDATE]}\n${mutation}`, []],
    [`  match: {operations: ["*"]}\n${mutation}`, []],
    [`  target: pod\n${mutation}`, []],
  ])('operations that a mutation cannot have: %s', (spec, expected) => {
    expect(saidOf(spec)).toEqual(expected);
  });
});

describe('what does not exist', () => {
  test.each([
    ['{kinds: [Deploymnet]}', '', ['AB1202 Deploymnet']],
    ['{kinds: [Widget]}', '', ['AB1202 Widget']],
    ['{}', 'exclude: {kinds: [Deploymnet]}', ['AB1202 Deploymnet']],
    ['{}', 'exclude: {kinds: [apps/Widget]}', ['AB1202 apps/Widget']],
    ['{}', 'exclude: {kinds: [apps/Service]}', ['AB1202 apps/Service']],
    // Of other people's kinds nothing is known.
    ['{}', 'exclude: {kinds: [Widget, example.com/Service, example.com/v1/Deploymnet]}', []],
    ['{}', 'exclude: {kinds: [Deployment, apps/v1/Deployment, "*/scale", Pod*]}', []],
    ['{kinds: [batch/v2/Job]}', '', ['AB1607 batch/v2/Job']],
    ['{}', 'exclude: {kinds: [batch/v2/Job]}', ['AB1607 batch/v2/Job']],
    ['{kinds: [batch/v1/Job, v1/Service]}', '', []],
    ['{kinds: [Service/scale], operations: [UPDATE]}', '', ['AB1608 Service/scale']],
    ['{}', 'exclude: {kinds: [Pod/exek]}', ['AB1608 Pod/exek']],
    ['{kinds: [Deployment/scale, Pod/status]}', '', []],
  ])('%s %s', (match, exclude, expected) => {
    expect(ofMatch(match, exclude)).toEqual(expected);
  });

  test('is not what a CustomResourceDefinition defines', () => {
    const spec = (kind: string) =>
      `  match: {kinds: [${kind}]}\n  exclude: {names: [x], kinds: [${kind}]}\n${rules('require: spec.size')}`;
    expect(saidOf(spec('example.com/Widget'), { kinds: widgets })).toEqual([]);
    expect(saidOf(spec('example.com/Gadget'), { kinds: widgets })).toEqual([
      'AB1202 example.com/Gadget',
      'AB1202 example.com/Gadget',
    ]);
  });

  test.each([
    ['v1/ConfigMap', []],
    ['coordination.k8s.io/v1/Lease', []],
    ['example.com/v1/Widget', []],
    ['coordination.k8s.io/v1/Leese', ['AB1202 coordination.k8s.io/v1/Leese']],
    ['v1/ConfigMaps', ['AB1202 v1/ConfigMaps']],
  ])('in a lookup of %s', (kind, expected) => {
    const facts = `  facts: [{name: f, lookup: {kind: ${kind}, nameExpression: "'x'"}}]`;
    expect(saidOf(`  match: {kinds: [Service]}\n${facts}\n${rules('expression: facts.f != null')}`)).toEqual(
      expected,
    );
  });
});
