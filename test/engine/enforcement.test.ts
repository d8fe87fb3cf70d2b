import { describe, expect, test } from 'vitest';
import { answer, evaluate } from '../../src/engine/index.ts';
import { inputOf, policyText, programOf, type Request } from './world.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: {} };
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' } };
const shop = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { tier: 'production' } },
};
const production = { tier: 'production' };

/** The action on a day, `until` what day it denies, `?` where that is assumed. */
function on(day: string, enforcement: string, request: Request = { object: pod }): string {
  const program = programOf(policyText(`  enforcement: ${enforcement}\n  rules: [{name: r, forbid: $}]`));
  const [finding] = evaluate(program, inputOf(request), Date.parse(`${day}T12:00:00Z`)).findings;
  const { action, deniesFrom, assumed } = finding ?? {};
  return `${action}${deniesFrom === undefined ? '' : ` until ${deniesFrom.slice(0, 10)}`}${assumed ? ' ?' : ''}`;
}

const ramp = `
    - {action: Warn, from: 2027-01-01T00:00:00Z}
    - {action: Deny, from: 2027-03-01T00:00:00Z}
    - {action: Deny, from: 2027-02-01T00:00:00Z, namespaceSelector: {matchLabels: {tier: production}}}`;

describe('a ramp', () => {
  test.each<[string, string, string, Request]>([
    ['2026-12-31', ramp, 'Audit until 2027-03-01', { object: pod, namespaceLabels: {} }],
    ['2027-01-01', ramp, 'Warn until 2027-03-01', { object: pod, namespaceLabels: {} }],
    ['2027-02-28', ramp, 'Warn until 2027-03-01', { object: pod, namespaceLabels: {} }],
    ['2027-03-01', ramp, 'Deny', { object: pod, namespaceLabels: {} }],
    ['2027-01-01', ramp, 'Warn until 2027-02-01', { object: pod, namespaceLabels: production }],
    ['2027-02-01', ramp, 'Deny', { object: pod, namespaceLabels: production }],
    ['2027-02-01', ramp, 'Deny ?', { object: pod }],
    ['2027-02-01', ramp, 'Warn until 2027-03-01', { object: role }],
    ['2027-02-01', ramp, 'Deny', { object: shop }],
    ['2027-01-01', '[{action: Deny, namespaces: [shop]}, {action: Warn}]', 'Deny', { object: pod }],
    ['2027-01-01', '[{action: Deny, namespaces: [other]}, {action: Warn}]', 'Warn', { object: pod }],
    ['2027-01-01', '[{action: Deny, namespaces: [other]}]', 'Audit', { object: pod }],
    ['2027-01-01', '[{action: Warn}, {action: Audit}]', 'Warn', { object: pod }],
    ['2027-01-01', 'Deny', 'Deny', { object: pod }],
  ])('on %s %s: %s', (day, enforcement, expected, request) => {
    expect(on(day, enforcement, request)).toBe(expected);
  });

  test('begins with the very millisecond', () => {
    const program = programOf(
      policyText(
        '  enforcement: [{action: Deny, from: 2027-03-01T00:00:00.5+01:00}]\n  rules: [{name: r, forbid: $}]',
      ),
    );
    const start = Date.parse('2027-02-28T23:00:00.500Z');
    expect(evaluate(program, inputOf({ object: pod }), start - 1).allowed).toBe(true);
    expect(evaluate(program, inputOf({ object: pod }), start).allowed).toBe(false);
  });

  test('a warning says from when it denies, by the day where that is midnight', () => {
    const program = programOf(
      policyText(`  enforcement: ${ramp}\n  rules: [{name: r, forbid: $, message: wrong}]`),
    );
    const decision = evaluate(program, inputOf({ object: pod, namespaceLabels: {} }), Date.UTC(2027, 1, 1));
    expect(answer(decision).warnings).toEqual(['p/r: wrong, denied from 2027-03-01']);
  });

  test('an error weighs no more than the finding would have', () => {
    const program = programOf(
      policyText(`  enforcement: ${ramp}\n  rules: [{name: r, expression: object.nothing == 1}]`),
    );
    const at = (day: number) => evaluate(program, inputOf({ object: pod, namespaceLabels: {} }), day);
    expect(at(Date.UTC(2027, 1, 1))).toMatchObject({
      allowed: true,
      errors: [{ action: 'Warn', denies: false }],
    });
    expect(at(Date.UTC(2027, 2, 1))).toMatchObject({
      allowed: false,
      errors: [{ action: 'Deny', denies: true }],
    });
  });
});
