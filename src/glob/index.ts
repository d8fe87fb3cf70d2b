/** Whether a text is of a pattern's form. */
export type Glob = (text: string) => boolean;

/**
 * A glob of Abatis: `*` stands for any run of characters, the empty one included, `?` for exactly one; all
 * else stands for itself. Matching takes time in proportion to pattern times text at worst, never more.
 */
export function compileGlob(pattern: string): Glob {
  const wild = pattern.search(/[*?]/);
  if (wild < 0) return (text) => text === pattern;
  if (pattern === '*') return () => true;
  if (wild === pattern.length - 1 && pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  if (wild === 0 && pattern.startsWith('*') && !/[*?]/.test(pattern.slice(1))) {
    const suffix = pattern.slice(1);
    return (text) => text.endsWith(suffix);
  }
  return (text) => matches(pattern, text);
}

/** Whether a text is of any of the patterns' forms. */
export function compileGlobs(patterns: readonly string[]): Glob {
  const only = patterns[0];
  if (patterns.length === 1 && only !== undefined) return compileGlob(only);
  const exact = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const globs = patterns.filter((pattern) => !exact.has(pattern)).map(compileGlob);
  return (text) => exact.has(text) || globs.some((glob) => glob(text));
}

/** Walks both at once; on a mismatch the last star takes one character more, and no star before it need change. */
function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < text.length) {
    const want = pattern[at];
    if (want === '*') {
      star = at++;
      resume = index;
    } else if (want !== undefined && (want === '?' || want === text[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
