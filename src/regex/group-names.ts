const name = /^\(\?P?<[0-9A-Za-z_]+>/;

/** The end of a bracket expression that begins at `at`. */
function bracketEnd(pattern: string, at: number): number {
  let i = at + 1;
  if (pattern[i] === '^') i++;
  // A bracket that comes first stands for itself.
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern.startsWith('[:', i)) {
      const close = pattern.indexOf(':]', i + 2);
      if (close !== -1) i = close + 1;
    } else if (pattern[i] === ']') return i + 1;
  }
  return pattern.length;
}

/** The pattern with its named groups unnamed: `(?P<n>a)` becomes `(a)`. Names that are not valid stay, as errors. */
export function withoutGroupNames(pattern: string): string {
  let plain = '';
  for (let i = 0; i < pattern.length; ) {
    let end = i + 1;
    if (pattern.startsWith('\\Q', i)) {
      const close = pattern.indexOf('\\E', i + 2);
      end = close === -1 ? pattern.length : close + 2;
    } else if (pattern[i] === '\\') end = i + 2;
    else if (pattern[i] === '[') end = bracketEnd(pattern, i);
    else if (pattern[i] === '(') {
      // Names are short: looking at a bounded piece keeps this linear.
      const opening = name.exec(pattern.slice(i, i + 260));
      if (opening !== null) {
        plain += '(';
        i += opening[0].length;
        continue;
      }
    }
    plain += pattern.slice(i, end);
    i = end;
  }
  return plain;
}
