import { describe, expect, it } from 'vitest';
import { evaluate, mutate } from '../../src/engine/index.ts';
import { inputOf, policyText, programOf, summary } from './world.ts';

const now = Date.UTC(2026, 10, 21);

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
  data: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key-${index}`, 'x'])),
};

/** Policies have their turns in order of name. */
const costly = policyText(
  `  match: {kinds: [ConfigMap]}
  enforcement: Deny
  rules:
    - name: r
      expression: 'object.data.all(a, object.data.all(b, object.data.all(c, a + b + c != "")))'
      message: refused`,
  'a-costly',
);
const cheap = (name: string, failurePolicy: string) =>
  policyText(
    `  match: {kinds: [ConfigMap]}
  enforcement: Deny
  failurePolicy: ${failurePolicy}
  rules: [{name: r, require: [metadata.labels.owner], message: no owner}]`,
    name,
  );

function judge(texts: readonly string[], isLate: () => boolean) {
  return evaluate(
    programOf(texts.join('---\n')),
    inputOf({ object: configMap }),
    now,
    undefined,
    undefined,
    isLate,
  );
}

describe('an answer that is of no use any more', () => {
  it('has what was found until then; of the others each says what an error of it means', () => {
    const texts = [cheap('0-first', 'Fail'), costly, cheap('b-closed', 'Fail'), cheap('c-open', 'Ignore')];
    const decision = judge(texts, () => true);
    expect(summary(decision)).toEqual(['Deny 0-first/r metadata.labels.owner']);
    const late = { message: 'no time is left, for others have taken it', unknown: false };
    expect(decision.errors.filter(({ policy }) => policy > 'b')).toMatchObject([
      { policy: 'b-closed', denies: true, ...late },
      { policy: 'c-open', denies: false, ...late },
    ]);
    expect(decision.evaluated).toEqual(['0-first', 'a-costly', 'b-closed', 'c-open']);
  });

  it('is never asked for while policies cost little', () => {
    let asked = 0;
    judge([cheap('a', 'Fail'), cheap('b', 'Fail')], () => {
      asked++;
      return true;
    });
    expect(asked).toBe(0);
  });

  it('has no mutation that there was no time for', () => {
    const mutating = (name: string, value: string) =>
      policyText(
        `  match: {kinds: [ConfigMap]}
  enforcement: Deny
  failurePolicy: Fail
  mutations: [{name: m, set: {path: 'metadata.labels.${name}', valueExpression: '${value}'}}]`,
        name,
      );
    const slow = 'object.data.all(a, object.data.all(b, object.data.all(c, a != "" && b != ""))) ? "x" : "y"';
    const program = programOf(
      [mutating('a', '"x"'), mutating('b', slow), mutating('c', '"x"')].join('---\n'),
    );
    const input = inputOf({ object: configMap });
    let looks = 0;
    const result = mutate(program, input, now, undefined, () => ++looks > 0);
    expect(looks).toBe(1);
    expect(result.errors.map(({ policy }) => policy)).toEqual(expect.arrayContaining(['b', 'c']));
    expect(result.errors.find(({ policy }) => policy === 'c')).toMatchObject({
      denies: true,
      message: 'no time is left, for others have taken it',
    });
    expect(result).toMatchObject({ allowed: false, patch: [] });
    expect(mutate(program, input, now, undefined, () => false)).toEqual(mutate(program, input, now));
  });

  it('is the same as ever where there is time', () => {
    const texts = [costly, cheap('b', 'Fail')];
    const input = inputOf({ object: configMap });
    expect(judge(texts, () => false)).toEqual(evaluate(programOf(texts.join('---\n')), input, now));
  });
});
