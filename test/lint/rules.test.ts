import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintRules } from '../../src/lint/index.ts';
import { catalogue } from '../../src/model/index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/lint.md'), 'utf8');

/** The codes of the table on the page, those between two of them included. */
const listed = new Set(
  [...page.matchAll(/AB(\d{4})(?: to AB(\d{4}))?/g)].flatMap(([, first = '', last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, more) => `AB${Number(first) + more}`),
  ),
);

describe.each(lintRules)('the rule of $code', (rule) => {
  it('is the only one of its code', () => {
    expect(lintRules.filter(({ code }) => code === rule.code)).toEqual([rule]);
  });

  it('looks at something', () => {
    expect(rule.policy ?? rule.binding ?? rule.exception).toBeDefined();
  });

  it('is on the page', () => {
    expect([...listed]).toContain(rule.code);
  });
});

it('every code of what is hardly meant has a rule, but the one that needs the tests beside policies', () => {
  const codes = lintRules.map(({ code }) => code);
  const without = Object.keys(catalogue).filter(
    (code) => code.startsWith('AB16') && !(codes as readonly string[]).includes(code),
  );
  expect(without).toEqual(['AB1625']);
});
