import { describe, expect, test } from 'vitest';
import { needsMessages, run, type SpecTest, specTests } from './cel/spec.ts';

const FILES =
  'basic comparisons conversions dynamic fields fp_math integer_math lists logic macros macros2 namespace optionals parse plumbing string string_ext timestamps type_deductions'.split(
    ' ',
  );

/** cel-go takes these maps, and so does an API server: keys of any type, of which the last of its kind counts. */
const LENIENT_MAPS = [
  'fields/qualified_identifier_resolution/map_key_float',
  'fields/qualified_identifier_resolution/map_value_repeat_key',
  'fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous',
];

/** The suite is of a later version of the strings library than the second, which Kubernetes has. */
const LATER_STRINGS = [
  'string_ext/format/scientific notation formatting clause',
  'string_ext/format/default precision for scientific notation',
  'string_ext/format/NaN support for scientific notation',
  'string_ext/format/positive infinity support for scientific notation',
  'string_ext/format/negative infinity support for scientific notation',
  'string_ext/format/NaN support for decimal',
  'string_ext/format/positive infinity support for decimal',
  'string_ext/format/negative infinity support for decimal',
  'string_ext/format/positive infinity support for fixed-point',
  'string_ext/format/negative infinity support for fixed-point',
  'string_ext/format/list support for string',
  'string_ext/format/map support for string',
  'string_ext/format/map support (all key types)',
  'string_ext/format/dyntype support for scientific notation',
  'string_ext/format/dyntype NaN/infinity support',
  'string_ext/format/dyntype support for lists',
  'string_ext/format/dyntype support for maps',
  'string_ext/format/scientific notation formatting clause in a string variable',
  'string_ext/value_errors/indexof_out_of_range',
  'string_ext/value_errors/lastindexof_out_of_range',
];

const leftOut = new Set([...LENIENT_MAPS, ...LATER_STRINGS]);

describe("the language's conformance suite", () => {
  const byFile = new Map<string, SpecTest[]>();
  for (const one of specTests()) {
    const [file = ''] = one.path.split('/');
    if (FILES.includes(file) && !needsMessages(one)) byFile.set(file, [...(byFile.get(file) ?? []), one]);
  }

  test('is all there', () => {
    expect([...byFile.keys()].sort()).toEqual([...FILES].sort());
    expect([...byFile.values()].flat().length).toBeGreaterThan(1400);
  });

  test.each(FILES)('%s', (file) => {
    const failing = (byFile.get(file) ?? [])
      .filter(({ path }) => !leftOut.has(path))
      .map((one) => ({ one, outcome: run(one) }))
      .filter(({ outcome }) => outcome !== undefined)
      .map(({ one, outcome }) => `${one.path} ${one.expr}: ${outcome}`);
    expect(failing).toEqual([]);
  });

  test('what is left out still fails, and exists', () => {
    const known = new Map([...byFile.values()].flat().map((one) => [one.path, one]));
    const passing = [...leftOut].filter((path) => {
      const one = known.get(path);
      return one === undefined || run(one) === undefined;
    });
    expect(passing).toEqual([]);
  });
});
