import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { compile, type Regex } from '../../src/regex/index.ts';

type Fact = readonly [pattern: string, text: string, matches: boolean, first: string, all: readonly string[]];

// What Go 1.26's regexp finds: MatchString, FindString, FindAllString.
const facts: readonly Fact[] = [
  ['a*', 'baac', true, '', ['', 'aa', '']],
  ['', 'a😀b', true, '', ['', '', '', '']],
  ['\\b', 'ab cd', true, '', ['', '', '', '']],
  ['a|ab|abc', 'abcd', true, 'a', ['a']],
  ['[0-9]+', 'abc 123 def 45', true, '123', ['123', '45']],
  ['(?P<n>a)(?P<n>a)', 'aa', true, 'aa', ['aa']],
  ['(?<n>a)[(?<n>]+(?P<n>b)', 'a(<b', true, 'a(<b', ['a(<b']],
  ['\\Q(?P<n>\\E(?P<n>a)(?P<n>b)', '(?P<n>ab', true, '(?P<n>ab', ['(?P<n>ab']],
  ['[[:alpha:](?P<n>](?P<n>x)(?P<n>y)', '(xy', true, '(xy', ['(xy']],
  ['^x$', 'x\n', false, '', []],
  ['(?i)k', 'K', true, 'K', ['K']],
  ['(?:ab)?[\\w.-]', 'é. ', true, '.', ['.']],
  ['(?i-s)a.\\p{Lu}', 'BkxAbbx😀', true, 'Abb', ['Abb']],
  ['a{1,}', '_b-KÉa', true, 'a', ['a']],
  ['\\pL(?m)$', 'Z9ck😀A', true, 'A', ['A']],
  ['a{0,2}.\\f*?', '_b', true, '_', ['_', 'b']],
  ['a{0,2}\\pL{1,2}', 'é', true, 'é', ['é']],
  ['[^\\x00-\\x7f]', '😀éa😀A0', true, '😀', ['😀', 'é', '😀']],
  ['\\pL(?U)a*\\pZ', ' b 9K bA', true, 'b ', ['b ', 'K ']],
  ['(a|b)', '9\nka0_\n', true, 'a', ['a']],
  ['\\w', 'A0\nxaA', true, 'A', ['A', '0', 'x', 'a', 'A']],
  ['\\p{Lu}', 'ka9Bſ. .', true, 'B', ['B']],
  ['\\x{1F600}*', ' 90a😀k', true, '', ['', '', '', '', '😀', '']],
  ['[\\d-z]', '.09ſ', true, '0', ['0', '9']],
  ['.a{0,2}?', ' b_xxKé', true, ' ', [' ', 'b', '_', 'x', 'x', 'K', 'é']],
  ['[^]a]', '0', true, '0', ['0']],
  ['[^a]\\w?', '_', true, '_', ['_']],
  ['(?i)k', 'KaK_bÉ0', true, 'K', ['K', 'K']],
  ['\\p{Lu}', 'cbAÉ.', true, 'A', ['A', 'É']],
  ['\\-*', '--A-', true, '--', ['--', '-']],
  ['[-a](?m)^?', 'B-x', true, '-', ['-']],
  ['\\pL', 'ſkx', true, 'ſ', ['ſ', 'k', 'x']],
  ['\\w', '0', true, '0', ['0']],
  ['K[\\w.-]', '.B..KA', true, 'KA', ['KA']],
  ['[a-c]', 'ſb0.kac', true, 'b', ['b', 'a', 'c']],
  ['\\s[^]a]?', 'x😀éK\nſ', true, '\nſ', ['\nſ']],
  ['.(?s).^*?', 'éB0\n-', true, 'éB', ['éB', '0\n']],
  ['(?i-s)a.', 'baéBx', true, 'aé', ['aé']],
  ['[a-c]', '\nax', true, 'a', ['a']],
  ['a{1,2}', 'É- k9_ a', true, 'a', ['a']],
  ['(?U)a*(?m)^[^a]', 'Zc\n', true, 'Z', ['Z']],
  ['[a-](?s).', '.-_-\n\nZ', true, '-_', ['-_', '-\n']],
  ['😀', '0😀c', true, '😀', ['😀']],
  ['(?i)k*?\\x41', 'B_AK😀caſ', true, 'A', ['A', 'a']],
  ['a{1,}\\n?', 'aéaxZk', true, 'a', ['a', 'a']],
  ['(a*)*[a-c]', 'KacÉAAc', true, 'ac', ['ac', 'c']],
  ['[\\w.-]', '.9a', true, '.', ['.', '9', 'a']],
  ['\\x{1F600}', 'c_😀Z0\nc', true, '😀', ['😀']],
  ['(a|b)', 'b😀99b', true, 'b', ['b', 'b']],
  ['[\\w.-]{1,2}', 'ſ9😀 Z', true, '9', ['9', 'Z']],
  ['\\pL(?s).\\.?', '_c b', true, 'c ', ['c ']],
  ['(?i-s)a.', 'aZ😀0É9Bk', true, 'aZ', ['aZ']],
  ['[[:alpha:]]', ' ZAa', true, 'Z', ['Z', 'A', 'a']],
  ['(a|b).{1,2}', 'KAab', true, 'ab', ['ab']],
  ['(?s).[^]a]', 'É-É0😀', true, 'É-', ['É-', 'É0']],
  ['{*}*[\\d-z]', '-é\n.Kbc ', true, '-', ['-']],
  ['a{1,}', 'Ba-ſſ0x', true, 'a', ['a']],
  ['[^a]a{0,2}\\pL', 'éZ', true, 'éZ', ['éZ']],
  ['\\pL\\pL*', 'ſ-b0x', true, 'ſ', ['ſ', 'b', 'x']],
  ['\\.', 'k..é-bcc', true, '.', ['.', '.']],
  ['é', 'ébZ-', true, 'é', ['é']],
  ['\\PN?\\p{Lu}{1,2}', 'Kb', true, 'K', ['K']],
  ['.', ' A9ſxkaK', true, ' ', [' ', 'A', '9', 'ſ', 'x', 'k', 'a', 'K']],
  ['(?s).', '_b😀\n', true, '_', ['_', 'b', '😀', '\n']],
  ['\\pL?(?m)^+[:alpha:]', 'aAéA', true, 'a', ['a']],
  ['\\B[^a]*\\w', ' bA_c', true, ' bA_c', [' bA_c']],
  ['\\PN', 'ÉAx', true, 'É', ['É', 'A', 'x']],
  ['.', 'A😀99é ', true, 'A', ['A', '😀', '9', '9', 'é', ' ']],
  ['[:alpha:]}*', 'a éBb\n', true, 'a', ['a']],
  ['(?i)A+', 'BcB\n0AÉé', true, 'A', ['A']],
  ['\\PN', 'xKbBaÉ\n', true, 'x', ['x', 'K', 'b', 'B', 'a', 'É', '\n']],
  ['é*?\\pZ', 'B_ccK 😀', true, ' ', [' ']],
  ['[^\\x00-\\x7f]', '\n😀B9x', true, '😀', ['😀']],
  ['\\x41*', 'Aé', true, 'A', ['A', '']],
  ['\\pL{2}', 'aB😀É-', true, 'aB', ['aB']],
  ['(a*)*', '\ncac\n', true, '', ['', '', 'a', '', '']],
  ['(?i)A', 'xxa', true, 'a', ['a']],
  ['(?i)k', 'Ék', true, 'k', ['k']],
  ['\\PN\\B(a|b)*', '99BKxc9', true, 'B', ['B', 'K', 'x', 'c']],
  ['(?s).', 'x ſ.kBB', true, 'x', ['x', ' ', 'ſ', '.', 'k', 'B', 'B']],
  ['a*?[a-c]', '😀a😀_', true, 'a', ['a']],
  ['[^a]', '😀', true, '😀', ['😀']],
  ['(?s).', '.', true, '.', ['.']],
  ['\\p{Lu}*', '-ſſBſ_k', true, '', ['', '', '', 'B', '', '', '']],
  ['\\w-?[^a]', 'aA xx', true, 'aA', ['aA', 'xx']],
  ['[^\\x00-\\x7f]+', '😀K0ſZ\n', true, '😀', ['😀', 'ſ']],
  ['\\_*?[]a]$', '09😀0aZa', true, 'a', ['a']],
  ['(?s).', 'é-😀xbBſ\n', true, 'é', ['é', '-', '😀', 'x', 'b', 'B', 'ſ', '\n']],
  ['[-a]', 'aZ9😀-É', true, 'a', ['a', '-']],
  ['.', ' \nſA K.', true, ' ', [' ', 'ſ', 'A', ' ', 'K', '.']],
  ['[-a]\\B', 'ZK\n.-\nbſ', true, '-', ['-']],
  ['(a*)*(?m)$*?\\v*', '\nc900a.É', true, '', ['', '', '', '', '', 'a', '', '']],
  ['(a*)*', 'xa_é😀B', true, '', ['', 'a', '', '', '', '']],
  ['\\PN', 'xc.Z', true, 'x', ['x', 'c', '.', 'Z']],
  ['(a|b).*?', 'bZc', true, 'b', ['b']],
  ['\\PN*', 'a-K0k.Z9', true, 'a-K', ['a-K', 'k.Z', '']],
  ['\\d', 'É9_B', true, '9', ['9']],
  ['\\PN', '9AZ\nB.kc', true, 'A', ['A', 'Z', '\n', 'B', '.', 'k', 'c']],
  ['\\z*?b(a|b)[^a]', 'bb😀Bé9', true, 'bb😀', ['bb😀']],
  ['[^]a](?s).', '. 😀B😀AÉ😀', true, '. ', ['. ', '😀B', '😀A', 'É😀']],
  ['(?s).', 'ſ_a😀9', true, 'ſ', ['ſ', '_', 'a', '😀', '9']],
  ['(?i)k', 'k.B', true, 'k', ['k']],
  ['[^\\x00-\\x7f]?\\s(?:ab)*', ' 😀K.k', true, ' ', [' ']],
  ['a*?[^\\x00-\\x7f]', '.0cÉébc', true, 'É', ['É', 'é']],
  ['(?s).', '9xAſ0', true, '9', ['9', 'x', 'A', 'ſ', '0']],
  ['\\w', '9 ', true, '9', ['9']],
  ['ſ*(?P<n>a)?', '0ÉBxab', true, '', ['', '', '', '', 'a', '']],
  ['^\\pL\\n\\PN?', 'É\n', true, 'É\n', ['É\n']],
  ['(?s).[^a][^a]', '😀.ZZx._é', true, '😀.Z', ['😀.Z', 'Zx.']],
  ['(?i)k', 'K\nx-Éb--', true, 'K', ['K']],
  ['-+', 'x_ſBé_c-', true, '-', ['-']],
  ['[^a]', 'ſZa😀', true, 'ſ', ['ſ', 'Z', '😀']],
  ['\\pL', 'a-_B9', true, 'a', ['a', 'B']],
  ['a+?😀*', 'a9-B', true, 'a', ['a']],
  ['(?i)k{2}x{2}\\x{1F600}', 'É___K', false, '', []],
  ['[]a]', '0😀xA xA', false, '', []],
  ['\\-[^a]{2}(?s).{2}', '_cA.c', false, '', []],
  ['(?s).{2}(?m)^', '-bZc99B', false, '', []],
  ['(?P<n>a)[^a]', ' Z9x-_\n', false, '', []],
  ['(?s).*a{0,2}]a{,3}', 'Bſ😀c\nK ', false, '', []],
  ['(?i:B)', '_éaſ', false, '', []],
  ['(?s).\\x{2}\\B{1,2}', '\néK.', false, '', []],
  ['(?i:B)\\s(?i:B)', 'xBKcÉb-a', false, '', []],
  ['[^\\x00-\\x7f](?m)^', '😀BAkk_ é', false, '', []],
  ['\\v\\--', 'Zb9.b\néÉ', false, '', []],
  ['\\-', 'KAÉ😀kc0', false, '', []],
  ['ab*[[:alpha:]](?i)k\\A', 'éZ9A', false, '', []],
  ['[\\w.-]K\\d', 'bÉZ c0Aa', false, '', []],
  ['(?P<n>a)(?s).\\p{Lu}[^]a]*', '😀É😀ſé', false, '', []],
  ['\\x{1F600}?(a|b)', 'ſ KcB ', false, '', []],
  ['a\\pZ*b', '_Ba9ſé9', false, '', []],
  ['a{1,}?', '9-😀😀é0', false, '', []],
  ['\\x{1F600}', 'AcÉ--KſK', false, '', []],
  ['\\n(?i-s)a.', 'B0bB', false, '', []],
  ['\\Qa.b\\E[^]a]*?[[:alpha:]]', '😀É😀_éAé', false, '', []],
  ['[:alpha:]', 'b\nb ', false, '', []],
  ['.ſ[-a]', '-\nſBx_', false, '', []],
  ['[]a]c{2}\\b', 'kſ.ſb😀é\n', false, '', []],
  ['\\pL[-a]-(?:ab)?', 'ca9.', false, '', []],
];

const refused: readonly string[] = [
  '\\8\\na{1,}\\é{2}',
  '\\8',
  '\\C',
  '\\u0041*?(',
  '[0-9]+*😀{1,2}[b-a]',
  'K{1,2}*\\Z?',
  '[^]a]}*{2}\\a',
  '([0-9]++[a-\\d]?',
  '\\sa{1001}',
  '[:alpha:]a{1001}\\ ',
  '{a{1001}+',
  'a{1001}a{1,}\\1',
  '*\\pL+\\Qa.b\\E',
  '[\\d-z]\\-|{2}\\8',
  '?a*?\\d\\u0041',
  '{2}',
  '[[:foo:]]a',
  'a*[[:foo:]]',
  '[[:foo:]](a|b)',
  '[]a][[:foo:]][\\w.-]',
  '$+\\x41(?=a)*?',
  '\\sa*?(?=a)-',
  '[a-](?=a)',
  '(?=a)[a-\\d]]\\x41',
  '](?<=a)\\s*',
  '\\z\\v(?<=a)*?\\é',
  '(?<=a)\\u0041[]a]\\a',
  '(?<=a)a(a|b){1,2}K',
  ')+c\\h{1,2}',
  '.)\\f(?m)$*',
  '[a-]){2}',
  '(?<m>b))',
  '[]a][-a]*(\\n',
  '(',
  '\\A(',
  'a{,3}[a-c](',
  '[(',
  '\\x41[a-a+?',
  '[a-c]ab[a-',
  '[a-x{2}',
  'a{2\\',
  '(?m)^\\',
  '\\v+?\\',
  '\\',
  '(?P<n>a)(?P<n>b',
  '(?P<n>a)(?P<n>b)(?P<!>c)',
  '(?#comment)a',
  '(?>a)b',
  'x{1000}{1000}',
];

function regex(pattern: string): Regex {
  const compiled = compile(pattern);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regex;
}

describe('compile', () => {
  test.each(facts)('%j in %j: %s', (pattern, text, matches, first, all) => {
    const compiled = regex(pattern);
    expect(compiled.test(text)).toBe(matches);
    expect(compiled.find(text)).toBe(first);
    expect(compiled.findAll(text, -1)).toEqual(all);
    expect(compiled.findAll(text, 0)).toEqual([]);
    expect(compiled.findAll(text, 1)).toEqual(all.slice(0, 1));
  });

  test.each(refused)('%j is refused, as Go does', (pattern) => {
    expect(compile(pattern)).toEqual({
      ok: false,
      message: expect.stringMatching(/^error parsing regexp: /),
    });
  });
});

describe('tests without a regular expression', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '\\.',
    '\\-',
    '\\$',
    '\\\\',
    '^',
    '$',
    '/',
    '\\/',
    'é',
    '😀',
    '\\d',
    '|',
  );
  const pattern = fc
    .tuple(fc.constantFrom('', '^'), fc.array(piece, { maxLength: 4 }), fc.constantFrom('', '$', '\\$'))
    .map(([start, pieces, end]) => start + pieces.join('') + end);
  const text = fc.array(fc.constantFrom('a', 'b', '.', '-', '$', '\\', '^', '/', 'é', '😀', '\n'), {
    maxLength: 6,
  });

  test('agree with RE2', () => {
    fc.assert(
      fc.property(pattern, text, (p, pieces) => {
        const t = pieces.join('');
        expect(regex(p).test(t)).toBe(RE2JS.compile(p).test(t));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('hostile patterns', () => {
  test.each(['(a+)+$', '^(a|a)*$', '(a|aa)+$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s takes linear time',
    (pattern) => {
      expect(regex(pattern).test(`${'a'.repeat(20_000)}!`)).toBe(false);
    },
  );
});

describe('the cache', () => {
  test('gives the same regular expression, and the same problem, again', () => {
    expect(compile('a+')).toBe(compile('a+'));
    expect(compile('(')).toBe(compile('('));
  });

  test('stays bounded', () => {
    const first = compile('first');
    for (let i = 0; i < 600; i++) compile(`pattern${i}`);
    expect(compile('first')).not.toBe(first);
  });
});
