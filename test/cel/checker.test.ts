import { describe, expect, test } from 'vitest';
import {
  compile,
  DYN,
  environment,
  INT,
  listType,
  NAMESPACE,
  objectType,
  REQUEST,
  STRING,
  showType,
  type Type,
} from '../../src/cel/index.ts';
import { problems } from './evaluating.ts';

const variables: Record<string, Type> = {
  object: DYN,
  request: REQUEST,
  namespaceObject: NAMESPACE,
  names: listType(STRING),
  pod: objectType(
    'Pod',
    { replicas: INT, spec: objectType('PodSpec', { nodeName: STRING }, 'open') },
    'open',
  ),
};
const env = environment({ kubernetes: '1.36', variables });

describe('types', () => {
  test.each([
    ['1', 'int'],
    ['object', 'dyn'],
    ['object.spec.replicas', 'dyn'],
    ['object.x + 1', 'int'],
    ['object.a + object.b', 'dyn'],
    ['object.a == object.b', 'bool'],
    ['[1, 2]', 'list(int)'],
    ['[]', 'list(dyn)'],
    ['{"a": [1.0]}', 'map(string, list(double))'],
    ['names.map(n, n.size())', 'list(int)'],
    ['names.filter(n, n != "")', 'list(string)'],
    ['object.l.map(x, x)', 'list(dyn)'],
    ['names.transformMap(i, n, n)', 'map(int, string)'],
    ['names.transformMapEntry(i, n, {n: i})', 'map(string, int)'],
    ['object.?a.b', 'optional_type(dyn)'],
    ['object.?a.orValue("x")', 'dyn'],
    ['names[?0]', 'optional_type(string)'],
    ['names[?0].optMap(n, n.size())', 'optional_type(int)'],
    ['true ? 1 : object.x', 'dyn'],
    ['request.userInfo.groups[0]', 'string'],
    ['request.options.x', 'dyn'],
    ['type(1)', 'type(int)'],
    ['pod.replicas', 'int'],
    ['pod.spec.unknown', 'dyn'],
    ['timestamp("2024-01-01T00:00:00Z") - duration("1h")', 'timestamp'],
  ])('%s is %s', (source, type) => {
    const compiled = compile(source, env);
    expect(compiled.ok ? showType(compiled.program.type) : compiled.problems).toBe(type);
  });
});

describe('problems', () => {
  test.each<[string, string[]]>([
    ['objekt.spec', ['0-6 there is no variable `objekt` (did you mean `object`?)']],
    [
      'size(names, 1) == 1',
      [
        '0-14 `size` cannot be applied to (list(string), int) (it takes size(bytes), size(list(A)), size(map(A, B)), size(string))',
      ],
    ],
    ['names.sizee() == 1', ['0-13 there is no function `sizee` (did you mean `size`?)']],
    [
      '"a".startsWith(1)',
      ['0-17 `startsWith` cannot be applied to string.(int) (it takes string.startsWith(string))'],
    ],
    ['1 == "a"', ['0-8 `==` cannot be applied to (int, string) (it takes A == A)']],
    ['request.userInfo.group', ['0-22 `kubernetes.UserInfo` has no field `group` (did you mean `groups`?)']],
    ['"abc".x', ['0-7 a string has no fields, so no `x`']],
    [
      '1.all(x, true)',
      ['0-1 a int has no elements to go over (the macros go over a list, or the keys of a map)'],
    ],
    ['names.all(n, n)', ['13-14 expected a value of type bool but this is string']],
    [
      'true && 1 && "a"',
      [
        '8-9 expected a value of type bool but this is int',
        '13-16 expected a value of type bool but this is string',
      ],
    ],
    ['sets.contain([1], [1])', ['0-22 there is no function `sets.contain` (did you mean `sets.contains`?)']],
    ['Foo{a: 1}', ['0-9 there is no type `Foo` (a map is written with its keys in quotes: `{"name": 1}`)']],
    [
      '[1, "a"]',
      [
        '4-7 expected a value of type int but this is string (Kubernetes wants the elements of a list, and the keys and values of a map, to be of one type)',
      ],
    ],
    ['duration("1x") == duration("1s")', ['9-13 "1x" is not a duration; one is written like `1h30m`']],
    ['int("x") == 1', ['0-8 `x` is not a int']],
  ])('%s', (source, expected) =>
    expect(problems(source, { kubernetes: '1.36', variables })).toEqual(expected),
  );

  test('the arguments of format may be of any types', () => {
    expect(problems('"%s-%d".format(["a", 5]) == "a-5"')).toEqual([]);
  });

  test('a type that is expected is said', () => {
    const compiled = compile('object.x', env, { expect: { kind: 'bool' } });
    expect(compiled).toMatchObject({
      ok: false,
      problems: [
        {
          message: 'the expression must be bool but is dyn',
          help: 'compare it: `… == true`',
          start: 0,
          end: 8,
        },
      ],
    });
  });
});

describe('versions', () => {
  test.each([
    ['ip("::1") == ip("::1")', '1.29', 'ip', '1.30'],
    ['semver("1.0.0").major() == 1', '1.32', 'semver', '1.33'],
    ['[1].distinct() == [1]', '1.33', 'distinct', '1.34'],
    ['optional.of(1).hasValue()', '1.27', 'optional.of', '1.28'],
  ])('%s is not in %s', (source, kubernetes, name, since) => {
    expect(problems(source, { kubernetes })).toContainEqual(
      expect.stringContaining(
        `there is no function \`${name}\` (it came with Kubernetes ${since}, and this is for ${kubernetes})`,
      ),
    );
    expect(problems(source, { kubernetes: since })).toEqual([]);
  });

  test('macros with two variables came with 1.32', () => {
    expect(problems('[1].all(i, v, v == 1)', { kubernetes: '1.31' })).not.toEqual([]);
    expect(problems('[1].all(i, v, v == 1)', { kubernetes: '1.32' })).toEqual([]);
  });

  test('numbers of different types are compared since 1.28', () => {
    expect(problems('1 < 1.5', { kubernetes: '1.27' })).not.toEqual([]);
    expect(problems('1 < 1.5', { kubernetes: '1.28' })).toEqual([]);
  });
});

describe('typing what Kubernetes leaves untyped', () => {
  test('an unknown field of an open object is a warning, and never refused', () => {
    const compiled = compile('pod.replica == 1 && pod.spec.nodName == "a"', env);
    expect(compiled).toMatchObject({
      ok: true,
      warnings: [
        { message: '`Pod` has no field `replica`', help: 'did you mean `replicas`?', start: 0, end: 11 },
        { message: '`PodSpec` has no field `nodName`', help: 'did you mean `nodeName`?', start: 20, end: 36 },
      ],
    });
  });
});
