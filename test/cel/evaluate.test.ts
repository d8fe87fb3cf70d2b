import { describe, expect, test } from 'vitest';
import { show, showPlain } from './evaluating.ts';

const table = (title: string, cases: readonly (readonly [source: string, value: string])[]): void => {
  describe(title, () => {
    test.each(cases)('%s is %s', (source, value) => expect(show(source)).toBe(value));
  });
};

table('integers', [
  ['9223372036854775807 + 1', 'error: integer overflow'],
  ['-9223372036854775808 - 1', 'error: integer overflow'],
  ['9007199254740991 + 2', '9007199254740993'],
  ['9007199254740993 - 2', '9007199254740991'],
  ['3037000500 * 3037000500', 'error: integer overflow'],
  ['-(-9223372036854775807 - 1)', 'error: integer overflow'],
  ['-9223372036854775808 / -1', 'error: integer overflow'],
  ['-9223372036854775808 % -1', 'error: integer overflow'],
  ['-7 / 2', '-3'],
  ['-7 % 2', '-1'],
  ['1 / 0', 'error: divide by zero'],
  ['1 % 0', 'error: modulus by zero'],
  ['1u - 2u', 'error: unsigned integer overflow'],
  ['18446744073709551615u + 1u', 'error: unsigned integer overflow'],
  ['7u / 2u', '3u'],
]);

table('doubles', [
  ['1.0 / 0.0', '+Inf'],
  ['0.0 / 0.0', 'NaN'],
  ['1.5 + 1.5', '3.0'],
  ['-(0.0)', '-0.0'],
  ['double("NaN") == double("NaN")', 'false'],
  ['double("NaN") < 1.0', 'error: NaN values cannot be ordered'],
]);

table('comparison', [
  ['dyn(1) == 1.0', 'true'],
  ['dyn(1) == 1u', 'true'],
  ['1 < 1.5 && 2u > 1 && 1.0 <= 1u', 'true'],
  ['9007199254740993 == dyn(9007199254740992.0)', 'true'],
  ['9223372036854775807 < 9223372036854775808.0', 'false'],
  ['"é" < "z" || "z" < "é"', 'true'],
  ['"\\uffff" < "\\U00010000"', 'true'],
  ['b"a" < b"b"', 'true'],
  ['false < true', 'true'],
  ['[1, 2] == [1, 2]', 'true'],
  ['{"a": [1], "b": [2]} == {"b": [2], "a": [1]}', 'true'],
  ['{1: "a"} == {1: "a"}', 'true'],
  ['dyn([1]) == dyn("a")', 'false'],
  ['null == dyn(1)', 'false'],
  ['type(1) == int && type(type(1)) == type', 'true'],
  ['duration("1s") < duration("2s")', 'true'],
  ['dyn(1) < dyn("a")', 'error: no such overload'],
  ['optional.of(1) == optional.of(1) && optional.none() == optional.none()', 'true'],
]);

table('logic absorbs errors', [
  ['object.nope == 1 || true', 'true'],
  ['true || object.nope == 1', 'true'],
  ['object.nope == 1 && false', 'false'],
  ['object.nope == 1 || false', 'error: no such key: nope'],
  ['object.nope == 1 && true', 'error: no such key: nope'],
  ['object.nope == 1 || object.neither == 1', 'error: no such key: nope'],
  ['dyn(1) && false', 'false'],
  ['dyn(1) || false', 'error: no such overload'],
  ['(object.nope == 1 || false) || (true && 1 / 0 == 1) || true', 'true'],
  ['object.nope == 1 ? true : false', 'error: no such key: nope'],
  ['true ? 1 : object.nope', '1'],
]);

table('fields and elements', [
  ['object.spec.tags[1]', '"y"'],
  ['object.spec.tags[2]', 'error: index out of bounds: 2'],
  ['object.spec.tags[-1]', 'error: index out of bounds: -1'],
  ['object.spec["size"]', '7'],
  ['object.spec.nope', 'error: no such key: nope'],
  ['object.spec.size.nope', 'error: no such key: nope'],
  ['has(object.spec.size)', 'true'],
  ['has(object.spec.nope)', 'false'],
  ['has(object.spec.nothing)', 'true'],
  ['has(object.spec.size.nope)', 'false'],
  ['has(object.nope.size)', 'error: no such key: nope'],
  ['has(object.spec.tags.size)', 'error: a list is not indexed by a string'],
  ['[1, 2][dyn(1.0)]', '2'],
  ['[1, 2][dyn(0.5)]', 'error: a list has no index 0.5'],
  ['{1: "a"}[dyn(1u)]', '"a"'],
  ['{1u: "a"}[dyn(1.0)]', '"a"'],
  ['{"a": 1, "a": 2}.a', '2'],
  ['{null: 1}.size()', '1'],
  ['"x" in object.spec.tags && !("z" in object.spec.tags)', 'true'],
  ['"size" in object.spec', 'true'],
  ['1.0 in [dyn(1)]', 'true'],
  ['object.nope in []', 'false'],
  ['size("é😀")', '2'],
  ['size(b"é") + size([1]) + size({})', '3'],
]);

table('optionals', [
  ['object.?spec.?size', 'optional.of(7)'],
  ['object.?nope.size', 'optional.none()'],
  ['object.?spec.nope', 'optional.none()'],
  ['object.spec.?tags[0]', 'optional.of("x")'],
  ['object.spec.?tags[5]', 'optional.none()'],
  ['object.spec.tags[?5].orValue("d")', '"d"'],
  ['object.?nope.or(object.?spec.?size).value()', '7'],
  ['optional.none().value()', 'error: optional.none() has no value'],
  ['optional.of(1).orValue(1 / 0)', '1'],
  ['object.?spec.?size.optMap(s, s + 1)', 'optional.of(8)'],
  ['object.?nope.optMap(s, s + 1)', 'optional.none()'],
  ['object.?spec.optFlatMap(s, s.?size)', 'optional.of(7)'],
  ['[?object.?nope, ?object.?spec.?size]', '[7]'],
  ['{?"a": object.?nope, "b": dyn(1)}', '{"b": 1}'],
  ['optional.ofNonZeroValue("")', 'optional.none()'],
  ['optional.ofNonZeroValue(0.5)', 'optional.of(0.5)'],
  ['[1, 2].first().value() + [1, 2].last().value()', '3'],
  ['[optional.of(1), optional.none()].unwrapOpt()', '[1]'],
  ['has(object.?nope.x)', 'false'],
  ['dyn(object.?metadata.name).matches("^set")', 'true'],
  ['dyn(optional.none()).matches("^set")', 'error: no such overload: matches'],
]);

table('macros', [
  ['[1, 2].all(x, x > 0)', 'true'],
  ['[0, 1].all(x, 1 / x > 0)', 'error: divide by zero'],
  ['[0, -1].all(x, 1 / x > 0)', 'false'],
  ['[0, 1].exists(x, 1 / x > 0)', 'true'],
  ['[1, 1].exists_one(x, x == 1)', 'false'],
  ['{"a": 1, "b": 2}.map(k, k)', '["a", "b"]'],
  ['[1, 2, 3].map(x, x > 1, x * x)', '[4, 9]'],
  ['[[1], [2]].map(l, l.map(x, x + l[0]))', '[[2], [4]]'],
  ['[1, 2].transformList(i, v, i * v)', '[0, 2]'],
  ['{"a": 1}.transformList(k, v, k)', '["a"]'],
  ['["x", "y"].transformMap(i, v, i > 0, v)', '{1: "y"}'],
  ['["x", "y"].transformMapEntry(i, v, {v: i})', '{"x": 0, "y": 1}'],
  ['["x", "x"].transformMapEntry(i, v, {v: i})', 'error: the key x comes twice'],
  ['[1, 2].existsOne(i, v, v == 2)', 'true'],
  ['[3, 1, 2].sortBy(x, -x)', '[3, 2, 1]'],
  ['dyn(1).all(x, true)', 'error: a int has no elements to go over'],
]);

table('conversions', [
  ['int("-42") + int(3.9) + int(2u)', '-37'],
  ['int(duration("1s"))', '1000000000'],
  ['int(timestamp("1970-01-01T00:01:00Z"))', '60'],
  ['int([1e19][0])', 'error: integer overflow'],
  ['uint([-1][0])', 'error: unsigned integer overflow'],
  ['double("1e3")', '1000.0'],
  ['double("1_0.2_5e0_1") + double("-0x_1_0p0")', '86.5'],
  ['double(["1__0"][0])', 'error: `1__0` is not a double'],
  ['double(["_1"][0])', 'error: `_1` is not a double'],
  ['double(["1_"][0])', 'error: `1_` is not a double'],
  ['double(["1_.5"][0])', 'error: `1_.5` is not a double'],
  ['double(["x"][0])', 'error: `x` is not a double'],
  ['string(1e6) + string(0.5) + string(true) + string(b"a")', '"1e+060.5truea"'],
  ['string([b"\\xff"][0])', 'error: these bytes are not UTF-8'],
  [
    'string(duration("1h")) + string(timestamp("2024-02-29T12:00:00+05:30"))',
    '"3600s2024-02-29T12:00:00+05:30"',
  ],
  ['bool("True")', 'true'],
  ['string([dyn(null)][0])', 'error: no such overload: string(null_type)'],
  ['bytes("é")', 'b"\\xc3\\xa9"'],
]);

table('time', [
  ['timestamp("2024-02-29T12:34:56.789Z").getMilliseconds()', '789'],
  ['timestamp("2024-02-29T23:30:00Z").getDate("+05:30")', '1'],
  ['timestamp("2024-02-29T12:00:00Z").getDayOfYear()', '59'],
  ['timestamp("2024-02-29T12:00:00Z").getDayOfWeek()', '4'],
  [
    'timestamp("2024-01-01T00:00:00Z").getHours("Nowhere/City")',
    'error: there is no time zone `Nowhere/City`',
  ],
  ['timestamp("9999-12-31T23:59:59Z") + duration("1s")', 'error: timestamp out of range'],
  ['timestamp("2024-01-01T00:00:00Z") + duration("1ns")', 'timestamp("2024-01-01T00:00:00.000000001Z")'],
  ['duration("90m").getHours()', '1'],
  ['google.protobuf.Duration{seconds: 1, nanos: 5}', 'duration("1.000000005s")'],
]);

describe('the plain language', () => {
  test.each([
    ['[1, "a"]', '[1, "a"]'],
    ['int("x")', 'error: `x` is not a int'],
    ['has({"a": dyn(1)}.a.b)', 'error: no such key: b'],
  ])('%s is %s', (source, value) => expect(showPlain(source)).toBe(value));
});

describe('text of users', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'value', 'valueOf'];
  test.each(names)('the field %s is read only where it is an object’s own', (name) => {
    const own = JSON.parse(`{"${name}": 1}`);
    expect(show(`object.${name}`, { object: own })).toBe('1');
    expect(show(`"${name}" in object && has(object.${name})`, { object: own })).toBe('true');
    expect(show(`{"${name}": 2}.${name}`, { object: own })).toBe('2');
    expect(show(`object.${name}`, { object: {} })).toBe(`error: no such key: ${name}`);
    expect(show(`"${name}" in object || has(object.${name})`, { object: {} })).toBe('false');
    expect(show(`object.l.map(x, has(x.${name}))`, { object: { l: ['a', 1, {}, true] } })).toBe(
      '[false, false, false, false]',
    );
  });

  test('no literal or name is evaluated as JavaScript', () => {
    expect(show('"`);throw 1;\\"+1//"')).toBe('"`);throw 1;\\"+1//"');
    expect(show('{"\\u2028\\";throw 1;//": 1}["\\u2028\\";throw 1;//"]')).toBe('1');
  });
});
