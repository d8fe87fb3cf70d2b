import { describe, expect, test } from 'vitest';
import { parseUrl, requestUrlProblem, type Url } from '../../src/url/index.ts';

type Fact = readonly [
  text: string,
  scheme: string,
  host: string,
  hostname: string,
  port: string,
  escapedPath: string,
  query: Readonly<Record<string, readonly string[]>>,
  printed: string,
];

// What Go 1.26's net/url makes of each text.
const accepted: readonly Fact[] = [
  ['https://example.com', 'https', 'example.com', 'example.com', '', '', {}, 'https://example.com'],
  [
    'https://example.com:8443/a',
    'https',
    'example.com:8443',
    'example.com',
    '8443',
    '/a',
    {},
    'https://example.com:8443/a',
  ],
  ['https://[::1]:80/', 'https', '[::1]:80', '::1', '80', '/', {}, 'https://[::1]:80/'],
  ['https://h/a%20b', 'https', 'h', 'h', '', '/a%20b', {}, 'https://h/a%20b'],
  ['https://h/é', 'https', 'h', 'h', '', '/%C3%A9', {}, 'https://h/%C3%A9'],
  ['https://h/a b', 'https', 'h', 'h', '', '/a%20b', {}, 'https://h/a%20b'],
  ['https://é.com/', 'https', 'é.com', 'é.com', '', '/', {}, 'https://%C3%A9.com/'],
  ['https://h/?k=', 'https', 'h', 'h', '', '/', { k: [''] }, 'https://h/?k='],
  ['https://h/?k', 'https', 'h', 'h', '', '/', { k: [''] }, 'https://h/?k'],
  ['https://h/', 'https', 'h', 'h', '', '/', {}, 'https://h/'],
  ['/abs/path', '', '', '', '', '/abs/path', {}, '/abs/path'],
  ['/abs', '', '', '', '', '/abs', {}, '/abs'],
  ['HTTPS://EXAMPLE.com/', 'https', 'EXAMPLE.com', 'EXAMPLE.com', '', '/', {}, 'https://EXAMPLE.com/'],
  ['x:y', 'x', '', '', '', '', {}, 'x:y'],
  ['http://[fe80::1%25en0]/', 'http', '[fe80::1%en0]', 'fe80::1%en0', '', '/', {}, 'http://[fe80::1%25en0]/'],
  ['*', '', '', '', '', '*', {}, '*'],
  ['https://h/a?x=1#frag', 'https', 'h', 'h', '', '/a', { x: ['1'] }, 'https://h/a?x=1#frag'],
  ['http://h/p#frag', 'http', 'h', 'h', '', '/p', {}, 'http://h/p#frag'],
  ['//', '', '', '', '', '', {}, ''],
  ['//host/p', '', 'host', 'host', '', '/p', {}, '//host/p'],
  ['///p', '', '', '', '', '///p', {}, '///p'],
  ['http://[::1]', 'http', '[::1]', '::1', '', '', {}, 'http://[::1]'],
  ['http://h/?=v', 'http', 'h', 'h', '', '/', { '': ['v'] }, 'http://h/?=v'],
  ['https://h/?x=%zz&y=1', 'https', 'h', 'h', '', '/', { y: ['1'] }, 'https://h/?x=%zz&y=1'],
  ['a+b.c-d://h', 'a+b.c-d', 'h', 'h', '', '', {}, 'a+b.c-d://h'],
  [
    'https://example.com/á',
    'https',
    'example.com',
    'example.com',
    '',
    '/a%CC%81',
    {},
    'https://example.com/a%CC%81',
  ],
  ['http://user@h/', 'http', 'h', 'h', '', '/', {}, 'http://user@h/'],
  ['http://user:pass@h/', 'http', 'h', 'h', '', '/', {}, 'http://user:pass@h/'],
  ['http://user:@h/', 'http', 'h', 'h', '', '/', {}, 'http://user:@h/'],
  ['http://u%40x:p%3Aq@h/', 'http', 'h', 'h', '', '/', {}, 'http://u%40x:p%3Aq@h/'],
  ['http://a@b@h/', 'http', 'h', 'h', '', '/', {}, 'http://a%40b@h/'],
  ['foo://h:80:90/', 'foo', 'h:80:90', 'h:80', '90', '/', {}, 'foo://h:80:90/'],
  ['http://h:/', 'http', 'h:', 'h', '', '/', {}, 'http://h:/'],
  ['http://h:80', 'http', 'h:80', 'h', '80', '', {}, 'http://h:80'],
  ['http://:80/', 'http', ':80', '', '80', '/', {}, 'http://:80/'],
  [
    'http://[::ffff:1.2.3.4]/',
    'http',
    '[::ffff:1.2.3.4]',
    '::ffff:1.2.3.4',
    '',
    '/',
    {},
    'http://[::ffff:1.2.3.4]/',
  ],
  ['http://h/a%2fb', 'http', 'h', 'h', '', '/a%2fb', {}, 'http://h/a%2fb'],
  ['http://h/a%2Fb/%7e', 'http', 'h', 'h', '', '/a%2Fb/%7e', {}, 'http://h/a%2Fb/%7e'],
  ['http://h/%41', 'http', 'h', 'h', '', '/%41', {}, 'http://h/%41'],
  ['http://h/[x]', 'http', 'h', 'h', '', '/[x]', {}, 'http://h/[x]'],
  ['http://h/{x}', 'http', 'h', 'h', '', '/%7Bx%7D', {}, 'http://h/%7Bx%7D'],
  ['http://h/a;b,c', 'http', 'h', 'h', '', '/a;b,c', {}, 'http://h/a;b,c'],
  ['http://h/a!b', 'http', 'h', 'h', '', '/a!b', {}, 'http://h/a!b'],
  ['http://h/a*b(c)', 'http', 'h', 'h', '', '/a*b(c)', {}, 'http://h/a*b(c)'],
  ['mailto:x@y.z', 'mailto', '', '', '', '', {}, 'mailto:x@y.z'],
  ['mailto:x?y=z', 'mailto', '', '', '', '', { y: ['z'] }, 'mailto:x?y=z'],
  ['http:', 'http', '', '', '', '', {}, 'http:'],
  ['http:/', 'http', '', '', '', '/', {}, 'http:/'],
  ['http://', 'http', '', '', '', '', {}, 'http:'],
  ['http:///p', 'http', '', '', '', '/p', {}, 'http:///p'],
  ['file:///etc', 'file', '', '', '', '/etc', {}, 'file:///etc'],
  ['http:/p', 'http', '', '', '', '/p', {}, 'http:/p'],
  ['http:p?q', 'http', '', '', '', '', { q: [''] }, 'http:p?q'],
  ['/?', '', '', '', '', '/', {}, '/?'],
  ['/??', '', '', '', '', '/', { '?': [''] }, '/??'],
  ['/?a', '', '', '', '', '/', { a: [''] }, '/?a'],
  ['http://h?', 'http', 'h', 'h', '', '', {}, 'http://h?'],
  ['http://h?a=b', 'http', 'h', 'h', '', '', { a: ['b'] }, 'http://h?a=b'],
  [
    'http://h/?a=b&a=c&d=e+f&g=%20',
    'http',
    'h',
    'h',
    '',
    '/',
    { a: ['b', 'c'], d: ['e f'], g: [' '] },
    'http://h/?a=b&a=c&d=e+f&g=%20',
  ],
  ['http://h/?a;b=c&d', 'http', 'h', 'h', '', '/', { d: [''] }, 'http://h/?a;b=c&d'],
  ['http://h/?&&a', 'http', 'h', 'h', '', '/', { a: [''] }, 'http://h/?&&a'],
  ['http://h/?a=b=c', 'http', 'h', 'h', '', '/', { a: ['b=c'] }, 'http://h/?a=b=c'],
  ['http://h/a%00b', 'http', 'h', 'h', '', '/a%00b', {}, 'http://h/a%00b'],
  ['http://<h>/', 'http', '<h>', '<h>', '', '/', {}, 'http://<h>/'],
  ['http://h"x/', 'http', 'h"x', 'h"x', '', '/', {}, 'http://h"x/'],
  ['http://%C3%A9.com/', 'http', 'é.com', 'é.com', '', '/', {}, 'http://%C3%A9.com/'],
  ['http://%ff/', 'http', '�', '�', '', '/', {}, 'http://%FF/'],
  ['http://h/%ff', 'http', 'h', 'h', '', '/%ff', {}, 'http://h/%ff'],
  ['http://h/?%ff=%fe', 'http', 'h', 'h', '', '/', { '�': ['�'] }, 'http://h/?%ff=%fe'],
  ['/p#f', '', '', '', '', '/p', {}, '/p#f'],
  ['/p?q#f', '', '', '', '', '/p', { q: [''] }, '/p?q#f'],
  ['http://h/p?q#', 'http', 'h', 'h', '', '/p', { q: [''] }, 'http://h/p?q'],
  ['http://h/~a', 'http', 'h', 'h', '', '/~a', {}, 'http://h/~a'],
  ['http://h/a:b@c', 'http', 'h', 'h', '', '/a:b@c', {}, 'http://h/a:b@c'],
  ['http://exa_mple.com', 'http', 'exa_mple.com', 'exa_mple.com', '', '', {}, 'http://exa_mple.com'],
  ['http://example.com.', 'http', 'example.com.', 'example.com.', '', '', {}, 'http://example.com.'],
  ['HtTp://h/A', 'http', 'h', 'h', '', '/A', {}, 'http://h/A'],
  ['http://h/./a/../b', 'http', 'h', 'h', '', '/./a/../b', {}, 'http://h/./a/../b'],
  ['https://h/a/', 'https', 'h', 'h', '', '/a/', {}, 'https://h/a/'],
  [
    'http://[fe80::1%25e%20n]/',
    'http',
    '[fe80::1%e n]',
    'fe80::1%e n',
    '',
    '/',
    {},
    'http://[fe80::1%25e%20n]/',
  ],
  [
    'http://[fe80::1%25e%41n]/',
    'http',
    '[fe80::1%eAn]',
    'fe80::1%eAn',
    '',
    '/',
    {},
    'http://[fe80::1%25eAn]/',
  ],
  [
    'http://[fe80::1%25e%22n]/',
    'http',
    '[fe80::1%e"n]',
    'fe80::1%e"n',
    '',
    '/',
    {},
    'http://[fe80::1%25e"n]/',
  ],
  ['a:b:c', 'a', '', '', '', '', {}, 'a:b:c'],
  ['a:/b', 'a', '', '', '', '/b', {}, 'a:/b'],
  [
    'http://h/日本?日本=本',
    'http',
    'h',
    'h',
    '',
    '/%E6%97%A5%E6%9C%AC',
    { 日本: ['本'] },
    'http://h/%E6%97%A5%E6%9C%AC?日本=本',
  ],
  ['http://u:p:q@h/', 'http', 'h', 'h', '', '/', {}, 'http://u:p%3Aq@h/'],
];

const refused: readonly string[] = [
  'http://[::1/',
  'https://h/%zz',
  ':nope',
  '../rel',
  '',
  'https://a b/',
  'https://h:-1/',
  'http://[fe80::1%en0]/',
  'http://[fe80::1%25]/',
  'http://h#frag',
  'http://%41.com/',
  'http://ex%20ample/',
  'https://h/\u0007',
  'http://us er@h/',
  'http://h:80:90/',
  'http://[1.2.3.4]/',
  'http://a[::1]/',
  'http://[::1]x/',
  'http://[::1]:x/',
  '?',
  '?q',
  '1http://h',
  'http://h/%',
  'http://h/%4',
  'http://h/',
  'http://h\\x/',
  'http://h^x/',
  'http://h#a%20b',
  'http://h#%zz',
  'http://h#a#b',
  '#f',
  'http://[:::]/',
  'a://b c',
  'http://%@h/',
  'http://u%zz@h/',
];

function url(text: string): Url {
  const parsed = parseUrl(text);
  if (typeof parsed === 'string') throw new Error(`${text}: ${parsed}`);
  return parsed;
}

describe('parseUrl', () => {
  test.each(accepted)('%j', (text, scheme, host, hostname, port, escapedPath, query, printed) => {
    const parsed = url(text);
    expect({
      scheme: parsed.scheme,
      host: parsed.host,
      hostname: parsed.hostname,
      port: parsed.port,
      escapedPath: parsed.escapedPath,
      query: Object.fromEntries(parsed.query),
      printed: parsed.toString(),
    }).toEqual({ scheme, host, hostname, port, escapedPath, query, printed });
    expect(requestUrlProblem(text)).toBeUndefined();
  });

  test.each(refused)('%j is refused, with a reason', (text) => {
    expect(requestUrlProblem(text)).toMatch(/./);
    expect(parseUrl(text)).toBe(requestUrlProblem(text));
  });

  test.each(['//x:y'])('%j is a URL for a request but not with its fragment', (text) => {
    expect(requestUrlProblem(text)).toBeUndefined();
    expect(parseUrl(text)).toMatch(/not a valid/);
  });

  test('odd parameter names are parameters like others', () => {
    expect([...url('/?__proto__=a&constructor=b').query]).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
    ]);
  });

  test('more parameters than Go takes are none', () => {
    expect(url(`/?${'a&'.repeat(10_000)}a`).query.size).toBe(0);
    expect(url(`/?${'a&'.repeat(9_999)}a`).query.get('a')).toHaveLength(10_000);
  });
});
