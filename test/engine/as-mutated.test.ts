import { describe, expect, test } from 'vitest';
import { admit } from '../../src/engine/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { mutationPolicy, now } from './mutating.ts';
import { inputOf, judge, programOf, summary } from './world.ts';

const sidecar = mutationPolicy(
  '[{name: proxy, merge: {spec: {containers: [{name: proxy, image: proxy}]}}, position: first}]',
  'sidecar',
  '  target: pod\n',
);
const limits = mutationPolicy(
  '[{name: memory, each: containers, set: {path: resources.limits.memory, value: 256Mi, ifMissing: true}}]',
  'limits',
  '  target: pod\n',
);
const rules = (text: string, more = '') =>
  `apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: rules}\nspec:\n  target: pod\n  enforcement: Deny\n${more}  rules: ${text}\n---\n`;
const needsLimits = rules('[{name: memory, each: containers, require: [resources.limits.memory]}]');

function deployment(containers: readonly JsonObject[]): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers } } },
  };
}

const bare = { name: 'web', image: 'nginx' };

describe('a template', () => {
  test('is judged as its Pods will be mutated', () => {
    const object = deployment([bare]);
    expect(summary(judge(programOf(needsLimits), { object }))).toHaveLength(1);
    expect(summary(judge(programOf(needsLimits + limits), { object }))).toEqual([]);
  });

  test('has its findings where they were submitted, wherever mutations have moved them', () => {
    const program = programOf(sidecar + rules('[{name: r, each: containers, forbid: [tty]}]'));
    const decision = judge(program, { object: deployment([bare, { ...bare, name: 'b', tty: true }]) });
    expect(summary(decision)).toEqual(['Deny rules/r spec.template.spec.containers[1].tty']);
  });

  test('has findings about what a mutation added at what that was added to', () => {
    const program = programOf(sidecar + rules('[{name: r, each: containers, require: [lifecycle]}]'));
    const decision = judge(program, { object: deployment([{ ...bare, lifecycle: {} }]) });
    expect(summary(decision)).toEqual(['Deny rules/r spec.template.spec.containers']);
  });

  test('stays as it was to what reads the object', () => {
    const program = programOf(
      sidecar +
        rules(
          '[{name: r, expression: "size(object.spec.template.spec.containers) + 1 == size(pod.spec.containers)"}]',
        ),
    );
    expect(summary(judge(program, { object: deployment([bare]) }))).toEqual([]);
  });

  test('has no more metadata than before', () => {
    const program = programOf(
      sidecar + rules("[{name: r, expression: \"pod.metadata == {'labels': {'app': 'web'}}\"}]"),
    );
    expect(summary(judge(program, { object: deployment([bare]) }))).toEqual([]);
  });

  test('is mutated by policies that match its Pods by label and namespace', () => {
    const matching = (value: string) =>
      mutationPolicy(
        '[{name: m, set: {path: spec.hostPID, value: true}}]',
        'm',
        `  match: {kinds: [Pod], objectSelector: {matchLabels: {app: ${value}}}}\n`,
      );
    const judged = (value: string) =>
      summary(
        judge(programOf(matching(value) + rules('[{name: r, forbid: [spec.hostPID]}]')), {
          object: deployment([bare]),
        }),
      );
    expect(judged('web')).toEqual(['Deny rules/r spec.template.spec']);
    expect(judged('other')).toEqual([]);
  });

  test('whose Pods cannot be mutated says so, and is not denied for it', () => {
    const broken = mutationPolicy(
      '[{name: m, set: {path: spec.x, valueExpression: object.nowhere}}]',
      'm',
      '  target: pod\n  enforcement: Deny\n',
    );
    const decision = judge(programOf(broken + needsLimits), {
      object: deployment([{ ...bare, resources: { limits: { memory: '1Gi' } } }]),
    });
    expect(decision).toMatchObject({
      allowed: true,
      errors: [{ policy: 'm', mutation: 'm', denies: false }],
    });
  });

  test('excuses what was there before, mutated or not', () => {
    const hostile = mutationPolicy(
      '[{name: m, set: {path: spec.hostPID, value: true}}]',
      'm',
      '  target: pod\n',
    );
    const program = programOf(hostile + rules('[{name: r, forbid: [spec.hostPID]}]'));
    const object = deployment([bare]);
    const decision = judge(program, { operation: 'UPDATE', object, oldObject: object });
    expect(summary(decision)).toEqual(['Warn rules/r spec.template.spec']);
  });
});

test('Pod/ephemeralcontainers is judged as it is', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', namespace: 'shop' },
    spec: { containers: [bare] },
  };
  const program = programOf(
    limits +
      rules(
        '[{name: r, each: containers, require: [resources]}]',
        '  match: {kinds: [Pod/ephemeralcontainers]}\n',
      ),
  );
  const decision = judge(program, {
    operation: 'UPDATE',
    object,
    oldObject: object,
    subresource: 'ephemeralcontainers',
  });
  expect(decision.findings).toHaveLength(1);
});

test('an object to be created is mutated, then judged; findings point into what was submitted', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', namespace: 'shop' },
    spec: { containers: [{ ...bare, tty: true }] },
  };
  const program = programOf(
    sidecar +
      limits +
      needsLimits.replace('memory, each', 'memory, each') +
      rules('[{name: r, each: containers, forbid: [tty]}]').replace('name: rules', 'name: tty'),
  );
  const { mutation, decision } = admit(program, inputOf({ object }), now);
  expect(mutation.patch.map(({ op, path }) => `${op} ${path}`)).toEqual([
    'add /spec/containers/0',
    'add /spec/containers/1/resources',
  ]);
  expect(summary(decision)).toEqual(['Deny tty/r spec.containers[0].tty']);
  expect(decision).toMatchObject({ allowed: false, evaluated: ['limits', 'rules', 'sidecar', 'tty'] });
});
