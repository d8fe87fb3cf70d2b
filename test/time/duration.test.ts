import { describe, expect, test } from 'vitest';
import {
  addDurations,
  compareDurations,
  type Duration,
  durationHours,
  durationMilliseconds,
  durationMinutes,
  durationSeconds,
  formatDuration,
  fromNanoseconds,
  makeDuration,
  negateDuration,
  parseDuration,
  subtractDurations,
  toNanoseconds,
} from '../../src/time/index.ts';

type Fact = readonly [
  text: string,
  nanoseconds: string,
  printed: string,
  hours: number,
  minutes: number,
  seconds: number,
  milliseconds: number,
];

// What Go 1.26 makes of each text (time.ParseDuration and Duration's methods), printed as cel-go does.
const accepted: readonly Fact[] = [
  ['0', '0', '0s', 0, 0, 0, 0],
  ['+0', '0', '0s', 0, 0, 0, 0],
  ['-0', '0', '0s', 0, 0, 0, 0],
  ['0s', '0', '0s', 0, 0, 0, 0],
  ['-0s', '0', '0s', 0, 0, 0, 0],
  ['5s', '5000000000', '5s', 0, 0, 5, 5000],
  ['+5s', '5000000000', '5s', 0, 0, 5, 5000],
  ['1h30m', '5400000000000', '5400s', 1, 90, 5400, 5400000],
  ['1h30m45s', '5445000000000', '5445s', 1, 90, 5445, 5445000],
  ['1.5h', '5400000000000', '5400s', 1, 90, 5400, 5400000],
  ['-1.5s', '-1500000000', '-1.5s', 0, 0, -1, -1500],
  ['.5s', '500000000', '0.5s', 0, 0, 0, 500],
  ['1.s', '1000000000', '1s', 0, 0, 1, 1000],
  ['1ns', '1', '0.000000001s', 0, 0, 0, 0],
  ['-1ns', '-1', '-0.000000001s', 0, 0, 0, 0],
  ['15ns', '15', '0.000000015s', 0, 0, 0, 0],
  ['999ns', '999', '0.000000999s', 0, 0, 0, 0],
  ['1000ns', '1000', '0.000001s', 0, 0, 0, 0],
  ['1us', '1000', '0.000001s', 0, 0, 0, 0],
  ['1µs', '1000', '0.000001s', 0, 0, 0, 0],
  ['1μs', '1000', '0.000001s', 0, 0, 0, 0],
  ['1500us', '1500000', '0.0015s', 0, 0, 0, 1],
  ['0.1ns', '0', '0s', 0, 0, 0, 0],
  ['0.9ns', '0', '0s', 0, 0, 0, 0],
  ['1.0000000001s', '1000000000', '1s', 0, 0, 1, 1000],
  ['0.1234567891234567891234s', '123456789', '0.123456789s', 0, 0, 0, 123],
  ['0.99999999999999999999h', '3600000000000', '3600s', 1, 60, 3600, 3600000],
  ['2562047h', '9223369200000000000', '9223369200s', 2562047, 153722820, 9223369200, 9223369200000],
  [
    '2562047h47m16.854775807s',
    '9223372036854775807',
    '9223372036.854776s',
    2562047,
    153722867,
    9223372036,
    9223372036854,
  ],
  [
    '-2562047h47m16.854775808s',
    '-9223372036854775808',
    '-9223372036.854776s',
    -2562047,
    -153722867,
    -9223372036,
    -9223372036854,
  ],
  [
    '9223372036854775807ns',
    '9223372036854775807',
    '9223372036.854776s',
    2562047,
    153722867,
    9223372036,
    9223372036854,
  ],
  [
    '-9223372036854775808ns',
    '-9223372036854775808',
    '-9223372036.854776s',
    -2562047,
    -153722867,
    -9223372036,
    -9223372036854,
  ],
  ['153722867m', '9223372020000000000', '9223372020s', 2562047, 153722867, 9223372020, 9223372020000],
  ['9223372036s', '9223372036000000000', '9223372036s', 2562047, 153722867, 9223372036, 9223372036000],
  ['00000000000000000000000005s', '5000000000', '5s', 0, 0, 5, 5000],
  ['3600s1s', '3601000000000', '3601s', 1, 60, 3601, 3601000],
  ['0.3s', '300000000', '0.3s', 0, 0, 0, 300],
  ['100ms100us', '100100000', '0.1001s', 0, 0, 0, 100],
  ['1h1h', '7200000000000', '7200s', 2, 120, 7200, 7200000],
  ['0.000000001h', '3600', '0.0000036s', 0, 0, 0, 0],
  ['3.3333333333333333333h', '12000000000000', '12000s', 3, 200, 12000, 12000000],
  ['2562047h47m16s', '9223372036000000000', '9223372036s', 2562047, 153722867, 9223372036, 9223372036000],
  ['1.000000001s', '1000000001', '1.000000001s', 0, 0, 1, 1000],
  ['0.123s', '123000000', '0.123s', 0, 0, 0, 123],
  ['123456.789s', '123456789000000', '123456.789s', 34, 2057, 123456, 123456789],
  [
    '1000000000.000000001s',
    '1000000000000000001',
    '1000000000s',
    277777,
    16666666,
    1000000000,
    1000000000000,
  ],
  [
    '2562046h59m59.999999999s',
    '9223369199999999999',
    '9223369200s',
    2562047,
    153722820,
    9223369200,
    9223369199999,
  ],
  ['59m59.999999999s', '3599999999999', '3599.999999999s', 0, 59, 3599, 3599999],
  [
    '2562047h46m59.999999999s',
    '9223372019999999999',
    '9223372020s',
    2562047,
    153722867,
    9223372020,
    9223372019999,
  ],
];

const refused: readonly string[] = [
  '00',
  '.s',
  's',
  '-.s',
  '1',
  '1x',
  '1d',
  '2562047h47m16.854775808s',
  '-2562047h47m16.854775809s',
  '2562048h',
  '9223372036854775808ns',
  '-9223372036854775809ns',
  '2562047h59m',
  '153722868m',
  '9223372037s',
  '1s 2s',
  '1e3s',
  '1H',
  '1h-5m',
  '--1s',
  '+-1s',
  '1.5.5s',
  '',
  '+',
  '-',
  ' 1s',
  '1s ',
  '1µ',
  '99999999999999999999h',
];

function duration(text: string): Duration {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new Error(`${text} was refused`);
  return parsed;
}

describe('parseDuration', () => {
  test.each(accepted)('%s is %s nanoseconds and prints as %s', (text, nanoseconds, printed, ...parts) => {
    const parsed = duration(text);
    expect(String(toNanoseconds(parsed))).toBe(nanoseconds);
    expect(formatDuration(parsed)).toBe(printed);
    const of = [durationHours, durationMinutes, durationSeconds, durationMilliseconds].map((part) =>
      part(parsed),
    );
    expect(of).toEqual(parts);
  });

  test.each(refused)('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('arithmetic', () => {
  const largest = '2562047h47m16.854775807s';
  const smallest = '-2562047h47m16.854775808s';

  test.each([
    ['1s', '1ms', '1.001s', '0.999s'],
    ['1s', '-1.5s', '-0.5s', '2.5s'],
    ['-0.7s', '-0.7s', '-1.4s', '0s'],
    ['0.6s', '0.6s', '1.2s', '0s'],
    [largest, '0s', largest, largest],
    [largest, '1ns', undefined, '2562047h47m16.854775806s'],
    [smallest, '1ns', '-2562047h47m16.854775807s', undefined],
    [largest, smallest, '-1ns', undefined],
  ])('%s and %s', (a, b, sum, difference) => {
    const expected = (text: string | undefined) => (text === undefined ? undefined : duration(text));
    expect(addDurations(duration(a), duration(b))).toEqual(expected(sum));
    expect(subtractDurations(duration(a), duration(b))).toEqual(expected(difference));
  });

  test('the smallest duration has no opposite', () => {
    expect(negateDuration(duration(smallest))).toBeUndefined();
    expect(negateDuration(duration(largest))).toEqual(duration('-2562047h47m16.854775807s'));
    expect(negateDuration(duration('0s'))).toStrictEqual(duration('0s'));
  });

  test.each([
    ['1s', '1001ms', -1],
    ['-1s', '0s', -1],
    ['1m', '60s', 0],
    ['1.000000001s', '1s', 1],
  ])('%s compared with %s', (a, b, sign) => {
    expect(Math.sign(compareDurations(duration(a), duration(b)))).toBe(sign);
  });

  test.each([0n, 1n, -1n, 1_500_000_000n, -9223372036854775808n, 9223372036854775807n])(
    '%d nanoseconds come back whole',
    (nanoseconds) => {
      const made = fromNanoseconds(nanoseconds);
      expect(made === undefined ? undefined : toNanoseconds(made)).toBe(nanoseconds);
    },
  );

  test('nothing is beyond int64', () => {
    expect(fromNanoseconds(9223372036854775808n)).toBeUndefined();
    expect(fromNanoseconds(-9223372036854775809n)).toBeUndefined();
    expect(makeDuration(9_223_372_037, 0)).toBeUndefined();
    expect(makeDuration(1e15, 0)).toBeUndefined();
  });
});
