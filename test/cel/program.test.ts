import { expect, describe as group, test } from 'vitest';
import {
  Budget,
  CelError,
  compile,
  DYN,
  describe,
  environment,
  LazyFields,
  type Program,
  type TraceStep,
  toJson,
  toText,
  type Value,
  variablesType,
} from '../../src/cel/index.ts';
import { OBJECT } from './evaluating.ts';

const env = environment({ kubernetes: '1.36', json: ['object'], variables: { object: DYN, params: DYN } });

function program(source: string, using = env): Program {
  const compiled = compile(source, using);
  if (!compiled.ok) throw new Error(`${source}: ${compiled.problems[0]?.message}`);
  return compiled.program;
}

group('errors', () => {
  test.each<[string, number, number, string | undefined]>([
    ['object.spec.size.nope == 1', 0, 21, 'int'],
    ['1 == 1 && 7 / object.zero == 1', 10, 25, undefined],
    ['object.spec.tags[9] == "x"', 0, 19, 'list'],
    ['object.spec.size.startsWith("a")', 0, 32, 'int'],
    ['[1, 2].map(x, x / 0) == []', 14, 19, undefined],
  ])('%s points at what failed', (source, start, end, valueType) => {
    const error = program(source).evaluate({ object: { ...(OBJECT as object), zero: 0 } }, new Budget());
    expect(error).toBeInstanceOf(CelError);
    expect(error).toMatchObject({ start, end, valueType });
  });

  test('a variable without a value is an error where it is read', () => {
    expect(program('object == 1').evaluate({}, new Budget())).toMatchObject({
      message: 'there is no value for `object`',
    });
    expect(program('true || object == 1').evaluate({}, new Budget())).toBe(true);
  });
});

group('reads', () => {
  test.each<[string, [string, string[]][]]>([
    ['1 == 1', []],
    [
      'object.a.b == params.c',
      [
        ['object', ['a', 'b']],
        ['params', ['c']],
      ],
    ],
    [
      'has(object.spec.x) && object.l.all(x, x.y == object.a[0].z)',
      [
        ['object', ['spec', 'x']],
        ['object', ['l']],
        ['object', ['a']],
      ],
    ],
    [
      'object.?a.?b.orValue("") == params.c.?d[?"e"].orValue(object.?x.y.z)',
      [
        ['object', ['a', 'b']],
        ['params', ['c', 'd']],
        ['object', ['x', 'y', 'z']],
      ],
    ],
    ['[1].all(object, object == 1)', []],
  ])('%s', (source, expected) => {
    expect(program(source).reads.map(({ variable, path }) => [variable, path])).toEqual(expected);
  });
});

group('trace', () => {
  test('tells the value of every part, in the order of evaluation', () => {
    const source = 'object.spec.size + 1 == 8 || false';
    const steps: TraceStep[] = [];
    const budget = new Budget();
    expect(program(source).trace({ object: OBJECT }, budget, (step) => steps.push(step))).toBe(true);
    expect(steps.map(({ start, end, value }) => [source.slice(start, end), describe(value)])).toEqual([
      ['object.spec.size', '7'],
      ['1', '1'],
      ['object.spec.size + 1', '8'],
      ['8', '8'],
      ['object.spec.size + 1 == 8', 'true'],
      [source, 'true'],
    ]);
    expect(budget.cost).toBe(5);
  });
});

group('integers that JSON.parse has rounded', () => {
  const evaluate = (source: string, object: Value): boolean => {
    const budget = new Budget();
    program(source).evaluate({ object }, budget);
    return budget.imprecise;
  };
  const object = JSON.parse('{"big": 9007199254740993, "other": 9007199254740992, "small": 1}');
  test.each([
    ['object.big == object.other', true],
    ['object.big + 1 == 0', true],
    ['object.big < object.small', true],
    ['string(object.big) == ""', true],
    ['object.small == 1', false],
    ['object.small + 1 == 2', false],
  ])('%s: noticed %s', (source, noticed) => expect(evaluate(source, object)).toBe(noticed));
});

group('lazy fields', () => {
  class Variables extends LazyFields {
    readonly asked: string[] = [];
    override field(name: string): Value | CelError | undefined {
      this.asked.push(name);
      return name === 'bad' ? new CelError('this one fails') : name === 'three' ? 3 : undefined;
    }
  }
  const types = variablesType({ three: { kind: 'int' }, bad: { kind: 'int' } });
  const using = environment({ kubernetes: '1.36', variables: { variables: types } });
  const evaluate = (source: string): [Value | CelError, string[]] => {
    const variables = new Variables();
    return [program(source, using).evaluate({ variables }, new Budget()), variables.asked];
  };

  test('are asked for when they are read, and not otherwise', () => {
    expect(evaluate('variables.three == 3')).toEqual([true, ['three']]);
    expect(evaluate('true || variables.three == 3')).toEqual([true, []]);
  });

  test('fail where they are read, and are absorbed', () => {
    expect(evaluate('variables.bad == 3')[0]).toMatchObject({ message: 'this one fails', start: 0, end: 13 });
    expect(evaluate('variables.bad == 3 || true')[0]).toBe(true);
  });
});

group('values for people', () => {
  test.each<[string, string, unknown, string]>([
    ['[1, 2]', '[1, 2]', [1, 2], '[1,2]'],
    ['2.0', '2.0', 2, '2'],
    ['3u', '3u', 3, '3'],
    ['"a"', '"a"', 'a', 'a'],
    ['b"ab"', 'b"\\x61\\x62"', 'YWI=', 'YWI='],
    ['duration("1m")', 'duration("60s")', '60s', '60s'],
    [
      'timestamp("2024-01-01T00:00:00Z")',
      'timestamp("2024-01-01T00:00:00Z")',
      '2024-01-01T00:00:00Z',
      '2024-01-01T00:00:00Z',
    ],
    ['optional.of(1)', 'optional.of(1)', 1, '1'],
    ['optional.none()', 'optional.none()', null, ''],
    ['{1: [true]}', '{1: [true]}', { '1': [true] }, '{"1":[true]}'],
    ['quantity("1Gi")', '1Gi', '1Gi', '1Gi'],
    ['int', 'int', 'int', 'int'],
    ['9223372036854775807', '9223372036854775807', 9223372036854775807n, '9223372036854775807'],
  ])('%s', (source, described, json, text) => {
    const value = program(source).evaluate({ object: OBJECT }, new Budget()) as Value;
    expect(describe(value)).toBe(described);
    expect(toJson(value)).toEqual(json);
    expect(toText(value)).toBe(text);
  });
});
