import { describe, expect, it } from 'vitest';
import { configMap, policy, results, simple } from './folders.ts';

const outcomes = (files: Readonly<Record<string, string>>, text = simple) =>
  results(files, text).tests.map(({ name, outcome, problems }) => [name, outcome, ...problems]);

describe('a fixture', () => {
  it('promises by its name what must come of it', () => {
    expect(
      outcomes({
        'allow.good.yaml': configMap('a: b'),
        'warn.bad.yml': configMap('bad: x'),
        'deny.bad.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"bad":"x"}}',
        'unmatched.pod.yaml': '{apiVersion: v1, kind: Pod, metadata: {name: a}}',
      }),
    ).toEqual([
      ['allow.good', 'passed'],
      ['warn.bad', 'passed'],
      ['deny.bad', 'failed', 'expected Deny, got Warn'],
      ['unmatched.pod', 'passed'],
    ]);
  });

  it('has the Namespaces in it as context', () => {
    const selecting = policy.replace(/ {4}- name: who\n.*\n.*\n/, '').replace(/ by .*\}\}/, '');
    const namespace =
      '{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {tier: production}}}';
    expect(outcomes({ 'deny.bad.yaml': `${namespace}\n---\n${configMap('bad: x')}` }, selecting)).toEqual([
      ['deny.bad', 'passed'],
    ]);
  });

  it('has objects in it that can be looked up, as the API server would have them', () => {
    const paired = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  match: {kinds: [apps/Deployment]}
  enforcement: Deny
  facts:
    - {name: home, lookup: {kind: v1/Namespace, nameExpression: object.metadata.namespace}}
    - {name: other, lookup: {kind: apps/v1/Deployment, nameExpression: "object.metadata.name == 'a' ? 'b' : 'a'"}}
  rules:
    - {name: tier, expression: "facts.home.metadata.?labels.?tier.orValue('') == 'production'", message: tier}
    - {name: pair, expression: facts.other.spec.replicas == object.spec.replicas, message: not a pair}
`;
    const deployment = (name: string, spec: string) =>
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}}, spec: ${spec}}`;
    const namespace =
      '{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {tier: production}}}';
    const fixture = (replicas: number) =>
      [namespace, deployment('a', '{}'), deployment('b', `{replicas: ${replicas}}`)].join('\n---\n');
    expect(outcomes({ 'allow.pair.yaml': fixture(1), 'deny.pair.yaml': fixture(2) }, paired)).toEqual([
      ['allow.pair', 'passed'],
      ['deny.pair', 'passed'],
    ]);
  });

  it('has no other objects in it that the policy is not asked about', () => {
    const other = '{apiVersion: v1, kind: Secret, metadata: {name: s}}';
    expect(outcomes({ 'warn.bad.yaml': `${other}\n---\n${configMap('bad: x')}` })).toEqual([
      [
        'warn.bad',
        'failed',
        'the policy was not asked about Secret `default/s`: its kinds and operations leave out this CREATE',
        'a fixture named `unmatched.…` says that this is meant',
      ],
    ]);
  });

  it('is no pass where the policy is not asked', () => {
    const excluded = configMap('bad: x', ', namespace: kube-system');
    expect(outcomes({ 'allow.excluded.yaml': excluded })[0]?.slice(0, 2)).toEqual([
      'allow.excluded',
      'failed',
    ]);
    const alone = '{apiVersion: v1, kind: Namespace, metadata: {name: a}}';
    expect(outcomes({ 'allow.namespace.yaml': alone })[0]?.slice(0, 2)).toEqual([
      'allow.namespace',
      'failed',
    ]);
  });

  it('is no pass where there is nothing in it', () => {
    expect(outcomes({ 'allow.nothing.yaml': '# later\n' })).toEqual([
      ['allow.nothing', 'failed', 'there is no object in it'],
    ]);
  });

  it('is broken where it cannot be read', () => {
    const { tests } = results({ 'deny.bad.yaml': 'kind: Pod\n' });
    expect(tests).toMatchObject([
      { outcome: 'broken', diagnostics: [{ code: 'AB2102' }, { code: 'AB2108' }] },
    ]);
  });

  it.each(['dney.bad.yaml', 'deny.yaml', 'bad.yaml', 'deny/bad.yaml'])('is not called %s', (name) => {
    const { diagnostics, tests } = results({ [name]: configMap('bad: x') });
    expect(tests).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'AB2201', file: `p/test/${name}` }]);
  });

  it('of a custom kind knows its definition', () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Cluster, names: {kind: Widget, plural: widgets}}
---
`;
    const widgets = simple.replace('kinds: [ConfigMap,', 'scope: Cluster\n    kinds: [example.com/Widget,');
    const widget = '{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, data: {bad: x}}';
    expect(outcomes({ 'warn.widget.yaml': definition + widget }, widgets)).toEqual([
      ['warn.widget', 'passed'],
    ]);
  });
});

describe('a folder', () => {
  it('tells which rules no test failed, and which none passed', () => {
    const { rules } = results({ 'warn.bad.yaml': configMap('bad: x') }, simple);
    expect(rules).toEqual([
      { policy: 'no-bad', rule: 'bad', failedBy: 1, passedBy: 0 },
      { policy: 'no-bad', rule: 'count', failedBy: 0, passedBy: 1 },
      { policy: 'no-bad', rule: 'broken', failedBy: 0, passedBy: 1 },
    ]);
  });

  it('counts no object that the policy was not asked about as passing a rule', () => {
    const { rules } = results({ 'unmatched.pod.yaml': '{apiVersion: v1, kind: Pod, metadata: {name: a}}' });
    expect(rules.map(({ passedBy }) => passedBy)).toEqual([0, 0, 0, 0]);
  });

  it('is not tested where its policy is broken', () => {
    const { tests, diagnostics } = results(
      { 'warn.bad.yaml': configMap('bad: x') },
      simple.replace('forbid', 'frobid'),
    );
    expect(tests).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toContain('AB1107');
  });

  it('is told of where it has no tests', () => {
    expect(results({}).diagnostics).toMatchObject([{ code: 'AB2209', severity: 'warning' }]);
  });
});
