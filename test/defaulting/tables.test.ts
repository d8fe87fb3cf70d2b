import { expect, test } from 'vitest';
import { formsOf } from '../../src/defaulting/form.ts';
import { forms } from '../../src/defaulting/forms.ts';
import { definitionsWithRules, rulesOf } from '../../src/defaulting/tables/index.ts';
import { definitions } from '../../src/openapi/data.ts';
import { definition } from '../../src/openapi/index.ts';

const known = new Set(definitions.split('\n').map((line) => line.slice(0, line.indexOf(' '))));

/** A name that is spelled wrong would never be asked for. */
test.each(definitionsWithRules())('the rules of %s are about what there is', (name) => {
  expect(known).toContain(name);
  const { fieldNames } = definition(name);
  const { fields, within, createdStatus } = rulesOf(name);
  expect(fieldNames).toEqual(expect.arrayContaining(Object.keys({ ...fields, ...within })));
  if (createdStatus !== undefined) expect(fieldNames).toContain('status');
});

test('the forms are about what there is', () => {
  const lines = forms.split('\n').map((line) => line.slice(0, line.indexOf(' ')));
  expect(lines.filter((name) => !known.has(name))).toEqual([]);
  for (const name of lines) {
    const { fieldNames } = definition(name);
    expect([...formsOf(name).keys()].filter((field) => !fieldNames.includes(field))).toEqual([]);
  }
});
