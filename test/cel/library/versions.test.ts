import { describe, expect, test } from 'vitest';
import { Budget, CelError, compile, environment, describe as show } from '../../../src/cel/index.ts';

const accepts = (expression: string, kubernetes: string): boolean =>
  compile(expression, environment({ kubernetes })).ok;

describe('a function is known from its version on', () => {
  test.each([
    ['quantity("1").isInteger()', '1.27', '1.28'],
    ['isQuantity("1")', '1.27', '1.28'],
    ['sets.contains([1], [1])', '1.28', '1.29'],
    ['"%s".format(["a"]) == "a"', '1.28', '1.29'],
    ['strings.quote("a") == "a"', '1.28', '1.29'],
    ['isIP("::1")', '1.29', '1.30'],
    ['isCIDR("::1/8")', '1.29', '1.30'],
    ['format.uuid().validate("").hasValue()', '1.30', '1.31'],
    ['isSemver("1.0.0")', '1.32', '1.33'],
    ['[1].reverse() == [1]', '1.33', '1.34'],
    ['lists.range(1) == [0]', '1.33', '1.34'],
    ['[1].includes(1)', '1.36', '1.37'],
  ])('%s: not in %s, in %s', (expression, before, since) => {
    expect(accepts(expression, before)).toBe(false);
    expect(accepts(expression, since)).toBe(true);
  });

  test.each([
    'isURL("/")',
    '"a".find("a") == "a"',
    '[1].sum() == 1',
    '"a".charAt(0) == "a"',
    '["a"].join() == "a"',
  ])('%s was always there', (expression) => {
    expect(accepts(expression, '1.25')).toBe(true);
  });
});

function evaluate(expression: string): string {
  const compiled = compile(expression, environment());
  if (!compiled.ok) return 'refused';
  const value = compiled.program.evaluate({}, new Budget());
  return value instanceof CelError ? (value.exhausted ? 'exhausted' : 'error') : show(value);
}

describe('includes', () => {
  test.each([
    ['[1, 2, 3].includes(2)', 'true'],
    ['[1, 2, 3].includes(4)', 'false'],
    ['[].includes(1)', 'false'],
    ['["a"].includes("a")', 'true'],
    ['[dyn(1)].includes(1.0)', 'true'],
    ['1.includes(1)', 'true'],
    ['"a".includes("b")', 'false'],
    ['true.includes(true)', 'true'],
    ['[[1]].includes([1])', 'true'],
    ['[1].includes()', 'refused'],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});

describe('what no budget allows is not built', () => {
  test.each([
    ['lists.range(1000000000)', 'exhausted'],
    ['lists.range(9223372036854775807)', 'exhausted'],
    ['lists.range(1000000000).size() > 0 || true', 'exhausted'],
    [`"${'a'.repeat(10_000)}".replace("", "${'b'.repeat(10_000)}")`, 'exhausted'],
    [`[${`"${'a'.repeat(5000)}"`}].map(s, lists.range(4000).map(i, s).join(s))`, 'exhausted'],
    [
      '"ab".replace("b", lists.range(20000).map(i, "ab").join()).findAll("a.*c|b").size() > 0 || true',
      'exhausted',
    ],
    ['"%.2000f".format([1.0])', 'refused'],
    [`[1]${'.map(x, x)'.repeat(20)}`, '[1]'],
  ])('%.60s', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });
});
