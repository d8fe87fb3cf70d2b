import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPath, type PathForm, parsePath } from '../../src/jsonpath/index.ts';

/** The message, and the part of the path that it is about between `»` and `«`. */
function problem(text: string, form: PathForm = 'any'): string {
  const result = parsePath(text, { form });
  if (result.ok) return 'ok';
  const { message, offset, length } = result.problem;
  return `${message}: ${text.slice(0, offset)}»${text.slice(offset, offset + length)}«${text.slice(offset + length)}`;
}

describe('problems are named and located', () => {
  test.each([
    ['', 'the path is empty: »«'],
    ['.spec', 'a path does not begin with a dot: ».«spec'],
    ['{.spec}', 'a path has no braces around it: »{«.spec}'],
    ['@.spec', '`@` has a meaning inside a filter only: »@«.spec'],
    ['$spec.', 'expected a name, found the end of the path: $spec.»«'],
    ['$.', 'expected a name, found the end of the path: $.»«'],
    ['$..', 'expected a name, found the end of the path: $..»«'],
    ['$...a', 'expected a name, found `.`: $..».«a'],
    ['$.a..b..c', '`..` can be used once in a path: $.a..b»..«c'],
    ['spec containers', 'expected `.` or `[`, found ` `: spec» «containers'],
    ['spec.0', 'expected a name, found `0`: spec.»0«'],
    ['labels.app.kubernetes.io/name', 'unexpected `/`: labels.app.kubernetes.io»/«name'],
    ['labels.app\\.kubernetes', 'unexpected `\\`: labels.app»\\«.kubernetes'],
    ['labels[app]', '`app` has no quotes: labels[»app«]'],
    [
      'labels[app.kubernetes.io/name]',
      '`app.kubernetes.io/name` has no quotes: labels[»app.kubernetes.io/name«]',
    ],
    ['a[', 'expected a name in quotes, a number or `*`, found the end of the path: a[»«'],
    ['a[]', 'expected a name in quotes, a number or `*`, found `]`: a[»]«'],
    ['a[0', 'the bracket is never closed: a»[«0'],
    ['a[0 1]', 'expected `]`, found `1`: a[0 »1«]'],
    ['a["b]', 'the quote is never closed: a[»"b]«'],
    ['a["\\x"]', '`\\x` is not an escape: a["»\\x«"]'],
    ['a[01]', '`01` is not an index: a[»01«]'],
    ['a[-0]', '`-0` is not an index: a[»-0«]'],
    ['a[-]', 'expected a number, found `-`: a[»-«]'],
    ['a[99999999999999999999]', '`99999999999999999999` is too large an index: a[»99999999999999999999«]'],
    ['a[::0]', 'a slice with step 0 selects nothing: a[»::0«]'],
    ['a[1:2:3:4]', 'a slice has at most three numbers: `[start:end:step]`: a[»1«:2:3:4]'],
    ['a[0,*]', 'a list in brackets holds names and indexes only: a»[0,*]«'],
    ['a~', '`~` is not available: a»~«'],
    ['a^', '`^` is not available: a»^«'],
    ['a.b()', 'functions are not available: a.b»(«)'],
    ['a.@number()', 'expected a name, found `@`: a.»@«number()'],
    ['a[(@.length-1)]', 'scripts are not available: a[»(«@.length-1)]'],
    ['a[?]', 'expected `@` or a value, found `]`: a[?»]«'],
    ['a[?(@.x', 'expected `)`, found the end of the path: a[?(@.x»«'],
    ['a[?@.x', 'the bracket is never closed: a»[«?@.x'],
    ['a[?(@.x), 0]', 'a filter stands alone in its brackets: a[?(@.x)»,« 0]'],
    ['a[?(@.x = 1)]', 'a comparison is written `==`: a[?(@.x »=« 1)]'],
    ['a[?(@.x =~ /y/)]', 'patterns are not available in a filter: a[?(@.x »=«~ /y/)]'],
    ['a[?(/y/)]', 'patterns are not available in a filter: a[?(»/«y/)]'],
    ['a[?(@.x == y)]', 'unknown word `y`: a[?(@.x == »y«)]'],
    ['a[?(1)]', 'a value alone decides nothing: a[?(»1«)]'],
    ['a[?(@.x.match("y"))]', 'functions are not available in a filter: a[?(@.x.match»(«"y"))]'],
    ['a[?(length(@.x) == 1)]', 'functions are not available in a filter: a[?(»length«(@.x) == 1)]'],
    ['a[?(@.x == $.y)]', 'a filter reads from `@` only, not from the root: a[?(@.x == »$«.y)]'],
    ['a[?(@.x[?(@.y)])]', '`?` is not available within a filter: a[?(@.x[»?«(@.y)])]'],
    ['a[?(@x)]', 'expected `.` or `[`, found `x`: a[?(@»x«)]'],
    ['a[?(@path == 1)]', 'expected `.` or `[`, found `p`: a[?(@»p«ath == 1)]'],
    ['a[?(@.x^)]', '`^` is not available: a[?(@.x»^«)]'],
    ['a[?(@.x + 1 == 2)]', 'expected `)`, found `+`: a[?(@.x »+« 1 == 2)]'],
    ['a[?(x = 1)]', 'unknown word `x`: a[?(»x« = 1)]'],
  ])('%s', (text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  test.each<[string, PathForm, string]>([
    ['spec.x', 'full', 'the path does not begin with `$`: »«spec.x'],
    ['$.spec.x', 'full', 'ok'],
    ['$.spec.x', 'relative', 'the path is relative and has no `$`: »$«.spec.x'],
    ['spec.x', 'relative', 'ok'],
    ['$ref', 'relative', 'ok'],
  ])('%s, %s', (text, form, expected) => {
    expect(problem(text, form)).toBe(expected);
  });

  test('help shows how to write it', () => {
    expect(parsePath('.spec')).toMatchObject({ problem: { help: 'write `spec`' } });
    expect(parsePath('labels[a/b]')).toMatchObject({ problem: { help: 'write `["a/b"]`' } });
    expect(parsePath('$.spec', { form: 'relative' })).toMatchObject({ problem: { help: 'write `spec`' } });
    expect(parsePath('spec', { form: 'full' })).toMatchObject({ problem: { help: 'write `$.spec`' } });
  });
});

describe('limits', () => {
  test.each([
    ['10,000 segments', `a${'.a'.repeat(10_000)}`, 'the path is longer than 4096 characters'],
    ['101 segments', `a${'.a'.repeat(100)}`, 'the path has more than 100 steps'],
    ['101 members', `a[0${',0'.repeat(100)}]`, 'more than 100 members in one pair of brackets'],
    ['a filter nested 1,000 times', `a[?${'('.repeat(1000)}@.x`, 'the filter is nested too deeply'],
    ['a filter negated 1,000 times', `a[?${'!'.repeat(1000)}@.x]`, 'the filter is nested too deeply'],
    ['a filter of 101 terms', `a[?@.x${'||@.x'.repeat(100)}]`, 'the filter has more than 100 terms'],
  ])('%s', (_, text, message) => {
    const result = parsePath(text);
    expect(result.ok ? 'ok' : result.problem.message).toBe(message);
  });

  test('the longest paths within them work', () => {
    expect(parsePath(`a${'.a'.repeat(99)}`).ok).toBe(true);
    const filter = parsePath(`$[?@.x==0${'||@.x==0'.repeat(48)}||@.x==7]`);
    expect(filter.ok && filter.path.first([{ x: 1 }, { x: 7 }])).toEqual({ x: 7 });
  });
});

describe('properties', () => {
  const alphabet = fc.constantFrom(
    ...'$.[]()?@*,:-!=<>&|\'"\\/~^ab01 \n',
    '..',
    '[?(',
    'constructor',
    '__proto__',
    '==',
  );
  const text = fc.array(alphabet, { maxLength: 25 }).map((parts) => parts.join(''));

  test('any text is a path or has a problem inside it', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (path) => {
        const result = parsePath(path);
        if (result.ok) {
          result.path.select({ a: [{ b: 1 }, 'b'], b: null }, () => true);
          return;
        }
        const { offset, length } = result.problem;
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset + length).toBeLessThanOrEqual(path.length);
      }),
      { numRuns: 3000 },
    );
  });

  test('what is formatted leads back to the value', () => {
    const keys = fc.array(fc.oneof(fc.string(), fc.nat(3), fc.constantFrom('a', 'a-b', '__proto__', 'a.b')), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(keys, (path) => {
        const root = path.reduceRight<unknown>((below, key) => {
          if (typeof key === 'number') return [...Array.from({ length: key }, () => 0), below];
          return JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(below)}}`);
        }, 'found');
        const result = parsePath(formatPath(path));
        expect(result.ok && result.path.first(root)).toBe('found');
      }),
    );
  });
});
