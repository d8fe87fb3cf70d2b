import { describe, expect, test } from 'vitest';
import { Budget, CelError, compile, DYN, environment, type Value } from '../../src/cel/index.ts';

const env = environment({ kubernetes: '1.36', json: ['object'], variables: { object: DYN } });

/** The outcome of an expression: its problems, its error or its value, and whether it came soon. */
function outcome(source: string, object: Value = {}): { readonly text: string; readonly soon: boolean } {
  const start = performance.now();
  const compiled = compile(source, env);
  let text: string;
  if (compiled.ok) {
    const result = compiled.program.evaluate({ object }, new Budget());
    text = result instanceof CelError ? result.message : String(result);
  } else {
    text = compiled.problems[0]?.message ?? '';
  }
  // Far more than it takes, far less than a hang.
  return { text, soon: performance.now() - start < 5000 };
}

const tooDeep = 'the expression nests more than 250 deep';
const tooDear = 'the expression costs more than it may';
const nested = (depth: number): Value => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

describe('hostile expressions end soon, in a value or an error', () => {
  test.each<[string, string, Value, string]>([
    ['an evil pattern', 'object.text.matches("(a+)+$")', { text: `${'a'.repeat(50_000)}!` }, 'false'],
    [
      'an evil pattern from data',
      'object.text.matches(object.pattern)',
      { text: `${'a'.repeat(5000)}!`, pattern: '^(a|a)*$' },
      'false',
    ],
    ['a chain of 10,000 terms', Array(10_000).fill('1==1').join('&&'), {}, 'true'],
    [
      'a chain of 10,000 errors',
      `${Array(5000).fill('object.b == 1').join(' || ')} || true`,
      { a: 1 },
      'true',
    ],
    ['1,000 nested lists', `${'['.repeat(1000)}${']'.repeat(1000)} == []`, {}, tooDeep],
    ['1,000 nested parentheses', `${'('.repeat(1000)}1${')'.repeat(1000)} == 1`, {}, tooDeep],
    ['1,000 nested calls', `${'dyn('.repeat(1000)}1${')'.repeat(1000)} == 1`, {}, tooDeep],
    ['10,000 negations', `${'!'.repeat(10_000)}true`, {}, 'true'],
    ['a sum of 10,000', `${Array(10_000).fill('1').join('+')} == 10000`, {}, tooDeep],
    ['100,000 brackets', '['.repeat(99_999), {}, tooDeep],
    [
      'three comprehensions over 1,000 items',
      'object.l.all(x, object.l.all(y, object.l.all(z, x + y + z >= 0)))',
      { l: Array(1000).fill(1) },
      tooDear,
    ],
    [
      'strings that double',
      `object.s${'.replace("x", "xxxxxxxxxx")'.repeat(10)}.size() > 0`,
      { s: 'x'.repeat(1000) },
      'the resulting string is too long',
    ],
    [
      'comparing lists that nest 1,000 deep',
      'object.a == object.b',
      { a: nested(1000), b: nested(1000) },
      'true',
    ],
    ['a key for every prototype', 'object.__proto__.constructor == 1', {}, 'no such key: __proto__'],
  ])('%s', (_what, source, object, expected) => {
    expect(outcome(source, object)).toEqual({ text: expected, soon: true });
  });

  test('macros nest as deep as the parser lets them', () => {
    const depth = 100;
    const source = `${'[1].all(x, '.repeat(depth)}true${')'.repeat(depth)}`;
    expect(outcome(source)).toEqual({ text: 'true', soon: true });
  });

  test('values that nest without end are an error, not an overflow of the stack', () => {
    const { text, soon } = outcome('object.a == object.b', { a: nested(100_000), b: nested(100_000) });
    expect(text).toBe('a value nests too deeply');
    expect(soon).toBe(true);
  });
});
