/** What breaks a line, is not shown, or turns the writing round; and halves of characters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** Text on one line and free of control characters, for which the API server silently drops a warning. */
export function singleLine(text: string): string {
  return text.replace(unprintable, ' ');
}

/** At most so many UTF-16 code units, an ellipsis at the end of what was cut; no character is cut in half. */
export function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const last = text.charCodeAt(longest - 2);
  const whole = last >= 0xd800 && last <= 0xdbff ? longest - 2 : longest - 1;
  return `${text.slice(0, whole)}…`;
}

/**
 * Beyond `budget` runes in all the API server cuts every warning to `longestWarning` and drops the last.
 * Source: apiserver pkg/endpoints/filters/warning.go.
 */
const budget = 4096;
const longestWarning = 256;

/** Room for the line that counts what did not fit. */
const reserve = 40;

/** Room for how often a line is meant. */
const timesReserve = 16;

/**
 * The lines that the API server will show as they are; the last counts those that there is no room for. Lines that are
 * the same, or are once they are cut, are one that says how many there are.
 */
export function withinBudget(lines: readonly string[]): readonly string[] {
  const same = Map.groupBy(lines, (line) => clip(line, longestWarning));
  const unique = [...same].map(([line, { length }]) =>
    length === 1 ? line : `${clip(line, longestWarning - timesReserve)} (${length} times)`,
  );
  const total = unique.reduce((sum, line) => sum + line.length, 0);
  if (total <= budget) return unique;
  const shown: string[] = [];
  let room = budget - reserve;
  for (const line of unique) {
    room -= line.length;
    if (room < 0) break;
    shown.push(line);
  }
  const told = [...same.values()].slice(0, shown.length).flat().length;
  return [...shown, `… and ${lines.length - told} more warnings`];
}

/** What an audit annotation's key may have after the prefix. Source: apimachinery validation.IsQualifiedName. */
const longestKey = 63;

/** A key for a name of any length; long ones keep their beginning and get a sum of the whole. */
export function annotationKey(name: string): string {
  if (name.length <= longestKey) return name;
  return `${name.slice(0, longestKey - 9)}-${sum(name)}`;
}

/** FNV-1a, 32 bits, in hexadecimal: enough to tell apart the names of one set of policies. */
function sum(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
