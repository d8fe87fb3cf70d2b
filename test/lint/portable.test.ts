import { expect, test } from 'vitest';
import { policyText } from '../engine/world.ts';
import { diagnosticsOf, rules, saidOf } from './linting.ts';

const check = rules('expression: size(object.metadata.name) < 9');

test.each([
  [`  match: {kinds: [Service]}\n${check}`, []],
  // Without `each` the object is the item.
  [`  match: {kinds: [Service]}\n${rules('expression: item.kind != ""')}`, ['item.kind != ""']],
  [`  target: pod\n${rules('expression: size(pod.spec.containers) > 1')}`, ['pod']],
  [
    `  match: {kinds: [Service], namespaces: [shop], names: [web]}\n  exclude: {namespaces: ["*"], names: [x]}\n${check}`,
    [],
  ],
  [
    `  match: {kinds: [Service]}\n  enforcement: Deny\n  variables: [{name: v, expression: size(object.metadata.name)}]\n${rules('expression: variables.v < 9')}`,
    [],
  ],
  [`  target: pod\n${check}`, ['pod']],
  [`  match: {kinds: [Service], namespaces: ["shop-*"]}\n${check}`, ['namespaces']],
  [`  match: {kinds: [Service]}\n  exclude: {names: ["web-?"]}\n${check}`, ['names']],
  [`  match: {kinds: [Service], subjects: [{kind: User, name: jo}]}\n${check}`, ['subjects']],
  [
    `  match: {kinds: [Service]}\n  enforcement: [{action: Warn}, {action: Deny, from: 2030-01-01T00:00:00Z}]\n${check}`,
    ['enforcement'],
  ],
  [
    `  match: {kinds: [Service]}\n  enforcement: [{action: Deny, namespaces: [shop]}]\n${check}`,
    ['enforcement'],
  ],
  [`  match: {kinds: [Service]}\n  override: {}\n${check}`, ['override']],
  [`  match: {kinds: [Service]}\n${rules('require: metadata.labels')}`, ['require']],
  [`  match: {kinds: [Service]}\n${rules('forbid: metadata.labels')}`, ['forbid']],
  [`  match: {kinds: [Service]}\n${rules('schema: {required: [spec]}')}`, ['schema']],
  [
    `  match: {kinds: [Service]}\n${rules('each: $.spec.ports[*]\nexpression: item.port > 9 || path == ""')}`,
    ['each'],
  ],
  [
    `  match: {kinds: [Service]}\n${rules('expression: now < timestamp("2030-01-01T00:00:00Z")')}`,
    ['now < timestamp("2030-01-01T00:00:00Z")'],
  ],
  [
    `  match: {kinds: [Service]}\n  facts: [{name: f, lookup: {kind: v1/ConfigMap, nameExpression: "'x'"}}]\n${rules('expression: facts.f == null')}`,
    ['facts', 'facts.f == null'],
  ],
  [
    `  match: {kinds: [Service]}\n  parameters: {schema: {type: object, properties: {p: {type: integer, default: 1, description: d}}}}\n${rules('expression: size(object.metadata.name) < params.p')}`,
    ['parameters'],
  ],
  [
    `  match: {kinds: [Service]}\n  rules: [{name: r, message: 'not {{ object.metadata.name }}', help: h, expression: size(object.metadata.name) < 9}]`,
    ['message'],
  ],
  [`  match: {kinds: [Service]}\n  mutations: [{name: m, set: {path: metadata.labels.a, value: x}}]`, ['m']],
])('what the API server cannot do is noted where it is asked for: %s', (spec, expected) => {
  expect(saidOf(spec, { portable: true })).toEqual(expected.map((marked) => `AB1624 ${marked}`));
  expect(saidOf(spec)).toEqual([]);
});

test('it is no more than a note', () => {
  const [diagnostic] = diagnosticsOf(policyText(`  target: pod\n${check}`), { portable: true });
  expect(diagnostic?.severity).toBe('note');
});
