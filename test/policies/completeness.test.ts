import { describe, expect, it } from 'vitest';
import { library, strays } from './library.ts';

it('the library has policies, and nothing that belongs to none', () => {
  expect(library.length).toBeGreaterThanOrEqual(6);
  expect(strays()).toEqual([]);
  const names = library.map(({ policy }) => policy.name);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(library)('$folder', ({ folder, policy, text, readme, fixtures, expectations }) => {
  const { spec } = policy;

  it('is named after its folders', () => {
    expect(`${spec.category}/${policy.name}`).toBe(folder);
  });

  it('says what it is for', () => {
    expect(spec.title).toMatch(/^[A-Z]/);
    expect(spec.description).toMatch(/\.$/);
    expect(text).toMatch(/^ {2}severity: /m);
    expect(text).toMatch(/^ {2}enforcement: /m);
  });

  it('never fails closed', () => {
    const actions = spec.enforcement.map(({ action }) => action);
    if (actions.includes('Deny')) expect(spec.failurePolicy).toBe('Ignore');
    else expect(actions).toEqual(['Warn']);
  });

  it('has a page that says why, what it looks like and what to do', () => {
    expect(readme).toMatch(new RegExp(`^# ${policy.name}\n`));
    for (const part of ['**Why.**', '**What it looks like.**', '**What to do.**', '**Parameters.**']) {
      expect(readme).toContain(part);
    }
    // What is refused is a fixture, or else an object beside it that a verb is tried on.
    if (fixtures.some(({ expected }) => expected === 'warn' || expected === 'deny')) {
      expect(readme).toMatch(/^\$ kubectl apply -f test\/(?:warn|deny)\./m);
    } else {
      expect(readme).toMatch(/^\$ kubectl [a-z]+ /m);
    }
  });

  it.each(spec.rules)('tells how to meet $name, in few words', ({ message, help }) => {
    expect(message).toBeDefined();
    expect(help).toBeDefined();
    expect(message).not.toMatch(/\.$/);
    expect(help).not.toMatch(/\.$/);
  });

  it.each(spec.rules)('has $name failed by one test and passed by another', ({ name }) => {
    const failed =
      fixtures.filter(({ findings }) => findings.some(({ rule }) => rule === name)).length +
      expectations.filter(({ rules = [] }) => rules.includes(name)).length;
    const passed =
      fixtures.filter(({ expected }) => expected === 'allow').length +
      expectations.filter(({ action }) => action === 'Allow').length;
    expect(failed).toBeGreaterThan(0);
    expect(passed).toBeGreaterThan(0);
  });

  it.each(fixtures)('expects of $name something that it can do', ({ expected }) => {
    expect(['allow', 'unmatched', ...spec.enforcement.map(({ action }) => action.toLowerCase())]).toContain(
      expected,
    );
  });
});
