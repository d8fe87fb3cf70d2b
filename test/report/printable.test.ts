import { describe, expect, it } from 'vitest';
import { printable } from '../../src/report/index.ts';

describe('text of others on a terminal', () => {
  it.each([
    ['plain text, with ümlauts and 日本', 'plain text, with ümlauts and 日本'],
    ['a\nb', 'a\\nb'],
    ['a\r\nb', 'a\\u000d\\nb'],
    ['tab\there', 'tab\\there'],
    ['\u001b[2J\u001b[31mred', '\\u001b[2J\\u001b[31mred'],
    ['\u009b31m', '\\u009b31m'],
    ['a\u0000b', 'a\\u0000b'],
    ['ad\u202enimda', 'ad\\u202enimda'],
    ['\u2066hidden\u2069', '\\u2066hidden\\u2069'],
    ['line\u2028separator', 'line\\u2028separator'],
  ])('%j is shown as %j', (text, shown) => expect(printable(text)).toBe(shown));
});
