import { resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import * as engine from '../../src/engine/index.ts';
import { testPolicies } from '../../src/testing/index.ts';

/** Every question that was asked in this file, by the arguments of `admit`. */
const questions = vi.hoisted(() => [] as Parameters<typeof import('../../src/engine/index.ts').admit>[]);

vi.mock(import('../../src/engine/index.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    admit: (...asked) => {
      questions.push(asked);
      return actual.admit(...asked);
    },
  };
});

describe('the tests of the stock policies, explained', () => {
  const run = testPolicies(resolve(import.meta.dirname, '../../policies'));
  const asked = [...questions];

  it('ask as much as there is to ask', () => {
    expect(asked.length).toBeGreaterThanOrEqual(run.folders.flatMap(({ tests }) => tests).length);
    expect(asked.length).toBeGreaterThan(400);
  });

  it('come to the decisions that they come to without anybody listening', () => {
    for (const [program, input, now, facts] of asked) {
      const { mutation, decision } = engine.explain(program, input, now, facts);
      expect({ mutation, decision }).toEqual(engine.admit(program, input, now, facts));
      if (mutation.patch.length > 0 || mutation.evaluated.length > 0) continue;
      expect(decision).toEqual(engine.evaluate(program, input, now, facts));
    }
  });

  it('have a reason for every policy that is not asked, and steps to every action', () => {
    const all = asked.map(([program, input, now, facts]) => engine.explain(program, input, now, facts));
    const verdicts = all.flatMap(({ policies }) => policies.flatMap((policy) => policy.verdicts));
    expect(verdicts.length).toBeGreaterThan(200);
    for (const { policies, decision } of all) {
      const applying = policies.filter(({ stopped }) => stopped === undefined).map(({ name }) => name);
      expect(decision.evaluated.filter((name) => !applying.includes(name))).toEqual([]);
    }
    expect(verdicts.filter(({ of, steps }) => steps.at(-1)?.action !== of.action)).toEqual([]);
  });

  it('have the rule of every finding among those that are not met, at a place of the finding', () => {
    const lost = asked.flatMap(([program, input, now, facts]) => {
      const { policies, decision, mutation } = engine.explain(program, input, now, facts);
      if (mutation.patch.length > 0) return [];
      return decision.findings.filter((finding) => {
        const asks = policies.find(({ name }) => name === finding.policy)?.asked ?? [];
        const rules = asks.flatMap((each) => each.rules.filter(({ name }) => name === finding.rule));
        const violations = rules.flatMap(({ items }) => items.flatMap((item) => item.violations));
        return finding.rule !== 'override' && !violations.some(({ message }) => message === finding.message);
      });
    });
    expect(lost).toEqual([]);
  });
});
