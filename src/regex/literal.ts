/** Tests a whole text, as fast as a comparison. */
export type Test = (text: string) => boolean;

const special = '\\.+*?()|[]{}^$';

/** The text a pattern stands for if it is nothing but literal characters and escaped punctuation, else undefined. */
function literalOf(pattern: string): string | undefined {
  let literal = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    if (c === '\\') {
      const escaped = pattern.charAt(i + 1);
      if (escaped === '' || !(special.includes(escaped) || escaped === '-' || escaped === '/'))
        return undefined;
      literal += escaped;
      i++;
    } else if (special.includes(c)) return undefined;
    else literal += c;
  }
  return literal;
}

/** Whether the dollar sign that ends the pattern is itself, its backslashes pairing up before it. */
function endsInAnchor(pattern: string): boolean {
  if (!pattern.endsWith('$')) return false;
  let backslashes = 0;
  while (pattern[pattern.length - 2 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 0;
}

/**
 * A test without any regular expression, where the pattern is a literal with or without anchors: `^abc`, `abc$`,
 * `^v1\.2$`. RE2 has `^` and `$` match only at the ends of the text, so that these are exact.
 */
export function literalTest(pattern: string): Test | undefined {
  const atStart = pattern.startsWith('^');
  const atEnd = endsInAnchor(pattern) && pattern.length > (atStart ? 1 : 0);
  const literal = literalOf(pattern.slice(atStart ? 1 : 0, atEnd ? -1 : undefined));
  if (literal === undefined) return undefined;
  if (atStart) return atEnd ? (text) => text === literal : (text) => text.startsWith(literal);
  return atEnd ? (text) => text.endsWith(literal) : (text) => text.includes(literal);
}
