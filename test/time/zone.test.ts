import { describe, expect, test } from 'vitest';
import { findZone } from '../../src/time/index.ts';

// Seconds east of UTC, as Go's time package has them.
const facts: readonly (readonly [zone: string, unixSeconds: number, offset: number])[] = [
  ['Europe/Paris', 1026401887, 7200],
  ['Europe/Paris', 476463016, 3600],
  ['Europe/Paris', -10615048810, 561],
  ['America/New_York', 1846601301, -14400],
  ['America/New_York', 1210142867, -14400],
  ['America/New_York', 15185363089, -14400],
  ['Asia/Kolkata', -1051320084, 19800],
  ['Asia/Kolkata', 1741500827, 19800],
  ['Asia/Kolkata', 134734368793, 19800],
  ['Asia/Tokyo', -1451128100, 32400],
  ['Asia/Tokyo', 1842152977, 32400],
  ['Asia/Tokyo', 171956179961, 32400],
  ['Pacific/Auckland', 1058788770, 43200],
  ['Pacific/Auckland', 386388065, 43200],
  ['Pacific/Auckland', 158514099118, 46800],
  ['America/Port-au-Prince', 664634835, -18000],
  ['America/Port-au-Prince', 673983941, -14400],
  ['America/Port-au-Prince', 174091569980, -14400],
  ['Africa/Cairo', -247087500, 7200],
  ['Africa/Cairo', 1768660701, 7200],
  ['Africa/Cairo', -27322512041, 7509],
  ['Australia/LHI', 1180458681, 37800],
  ['Australia/LHI', 1205670945, 39600],
  ['Australia/LHI', 29023939276, 37800],
  ['Etc/GMT+5', 1415617041, -18000],
  ['Etc/GMT+5', 366494284, -18000],
  ['Etc/GMT+5', 143492345764, -18000],
  ['EST', -1769564104, -18000],
  ['EST', 1508799886, -18000],
  ['EST', 95096532138, -18000],
  ['US/Central', 838436587, -18000],
  ['US/Central', 245352401, -18000],
  ['US/Central', 100651834276, -18000],
  ['America/Argentina/Buenos_Aires', -1221438741, -14400],
  ['America/Argentina/Buenos_Aires', 498794900, -10800],
  ['America/Argentina/Buenos_Aires', 82038519945, -10800],
  ['GB-Eire', -888258940, 3600],
  ['GB-Eire', 1241061803, 3600],
  ['GB-Eire', -22749821711, -75],
  ['Asia/Kathmandu', 354084298, 19800],
  ['Asia/Kathmandu', 1627762542, 20700],
  ['Asia/Kathmandu', 231017446335, 20700],
];

describe('findZone', () => {
  test.each(facts)('%s at %d', (name, unixSeconds, offset) => {
    expect(findZone(name)?.(unixSeconds)).toBe(offset);
  });

  test.each([
    ['', 0],
    ['UTC', 0],
    ['Local', 0],
    ['+05:30', 19_800],
    ['-08:00', -28_800],
    ['-09:30', -34_200],
    ['05:30', 19_800],
    ['-0:30', -1800],
    ['+99:99', 362_340],
    ['1:-30', 1800],
  ])('%j is a fixed offset', (name, offset) => {
    expect(findZone(name)?.(0)).toBe(offset);
  });

  test.each([
    'Mars/Base',
    '+5',
    '+0530',
    '0530',
    'Z',
    'utc',
    'europe/paris',
    'EUROPE/PARIS',
    'Europe/paris',
    'IST',
    'SystemV/AST4',
    'US/Pacific-New',
    '../etc/passwd',
    '+05:30x',
    ':',
    '5:',
    '+ 5:30',
    '999999999999:00',
    '__proto__',
  ])('%j is unknown', (name) => {
    expect(findZone(name)).toBeUndefined();
  });

  test('every zone Intl lists is known', () => {
    const unknown = Intl.supportedValuesOf('timeZone').filter((name) => findZone(name) === undefined);
    expect(unknown).toEqual([]);
  });
});
