import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, answer, evaluate, mutate, mutationAnswer } from '../../src/engine/index.ts';
import { inputOf, policyText, programOf, summary } from './world.ts';

const now = Date.UTC(2026, 10, 21);

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
};

const rule = (check: string) => `  match: {kinds: [Pod]}
  enforcement: Deny
  rules: [{name: r, ${check}, message: refused}]`;

const denying = policyText(rule('require: [metadata.labels.owner]'), 'denying');
const failing = policyText(
  `  failurePolicy: Fail\n${rule("expression: 'object.spec.nothing == 1'")}`,
  'failing',
);
const coming = policyText(
  `  match: {kinds: [Pod]}
  enforcement: [{action: Warn}, {action: Deny, from: 2027-03-01T00:00:00Z}]
  rules: [{name: r, require: [metadata.labels.team], message: refused}]`,
  'coming',
);
const mutating = policyText(
  `  match: {kinds: [Pod]}
  enforcement: Warn
  mutations: [{name: m, set: {path: metadata.labels.owner, value: jane}}]`,
  'mutating',
);
const brokenMutation = policyText(
  `  match: {kinds: [Pod]}
  enforcement: Deny
  failurePolicy: Fail
  mutations: [{name: m, set: {path: metadata.labels.owner, valueExpression: object.spec.nothing}}]`,
  'broken-mutation',
);

const all = [denying, failing, coming, mutating, brokenMutation];

const limited = (...texts: readonly string[]) =>
  ({ ...programOf(texts.join('---\n')), ceiling: 'Audit' }) as const;

describe('a program whose ceiling is Audit', () => {
  it('notes what would be denied', () => {
    const decision = evaluate(limited(denying), inputOf({ object: pod }), now);
    expect(summary(decision)).toEqual(['Audit denying/r metadata.labels.owner']);
    expect(answer(decision)).toMatchObject({ allowed: true, warnings: [] });
    expect(answer(decision).auditAnnotations).toHaveProperty('denying.r');
  });

  it('lets through what a policy fails closed about, and says that it failed', () => {
    const { allowed, errors } = evaluate(limited(failing), inputOf({ object: pod }), now);
    expect(allowed).toBe(true);
    expect(errors).toMatchObject([{ policy: 'failing', rule: 'r', action: 'Audit', denies: false }]);
  });

  it('says nothing of denials to come', () => {
    const { findings } = evaluate(limited(coming), inputOf({ object: pod }), now);
    expect(findings).toMatchObject([{ action: 'Audit' }]);
    expect(findings[0]).not.toHaveProperty('deniesFrom');
  });

  it('changes nothing, and notes what would be changed', () => {
    const result = mutate(limited(mutating), inputOf({ object: pod }), now);
    expect(result).toMatchObject({ object: pod, patch: [], applied: [], reported: [{ mutation: 'm' }] });
  });

  it('judges objects as they are, then, and not as they would be mutated', () => {
    const { decision } = admit(limited(mutating, denying), inputOf({ object: pod }), now);
    expect(summary(decision)).toEqual(['Audit denying/r metadata.labels.owner']);
  });

  it('lets through what a mutation fails closed about', () => {
    const result = mutate(limited(brokenMutation), inputOf({ object: pod }), now);
    expect(result).toMatchObject({ allowed: true, errors: [{ policy: 'broken-mutation', denies: false }] });
  });

  it('never denies, never warns and never changes anything, whatever the policies are', () => {
    fc.assert(
      fc.property(fc.subarray(all, { minLength: 1 }), fc.boolean(), (texts, isLabelled) => {
        const labels = isLabelled ? { owner: 'jane', team: 'shop' } : {};
        const input = inputOf({ object: { ...pod, metadata: { ...pod.metadata, labels } } });
        const program = limited(...texts);
        const decision = evaluate(program, input, now);
        expect(decision.findings.filter(({ action }) => action !== 'Audit')).toEqual([]);
        expect(answer(decision)).toMatchObject({ allowed: true, warnings: [] });
        const mutated = mutate(program, input, now);
        expect(mutated.patch).toEqual([]);
        expect(mutationAnswer(mutated)).toMatchObject({ allowed: true, warnings: [] });
      }),
    );
  });

  it('has the same findings at the same places as without', () => {
    const input = inputOf({ object: pod });
    const free = evaluate(programOf(all.join('---\n')), input, now);
    const places = ({ findings }: typeof free) =>
      findings.map(({ policy, rule }) => `${policy}/${rule}`).sort();
    expect(places(evaluate(limited(...all), input, now))).toEqual(places(free));
  });
});
