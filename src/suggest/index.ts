/** Longer words are names nobody mistyped by a letter; comparing them would only cost time. */
const longestWord = 128;

/**
 * How many letters have to be inserted, deleted, replaced or swapped with their neighbour to make one word of
 * the other (optimal string alignment: no letter is edited twice). Counts UTF-16 code units.
 *
 * @returns the distance, or Infinity when it is more than `limit` or a word is longer than 128.
 */
export function editDistance(left: string, right: string, limit = Number.POSITIVE_INFINITY): number {
  if (left === right) return 0;
  if (left.length > longestWord || right.length > longestWord) return Number.POSITIVE_INFINITY;
  if (Math.abs(left.length - right.length) > limit) return Number.POSITIVE_INFINITY;

  const width = right.length + 1;
  let beforeLast = new Uint16Array(width);
  let last = Uint16Array.from({ length: width }, (_, column) => column);
  let row = new Uint16Array(width);
  for (let i = 1; i <= left.length; i++) {
    row[0] = i;
    let best = i;
    for (let j = 1; j <= right.length; j++) {
      const same = left.charCodeAt(i - 1) === right.charCodeAt(j - 1);
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped =
        i > 1 &&
        j > 1 &&
        left.charCodeAt(i - 1) === right.charCodeAt(j - 2) &&
        left.charCodeAt(i - 2) === right.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return Number.POSITIVE_INFINITY;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  const distance = at(last, right.length);
  return distance > limit ? Number.POSITIVE_INFINITY : distance;
}

/**
 * The candidate that somebody who wrote `word` most likely meant: one that differs in case only, else the
 * nearest within a third of the word's letters (at least one). Of equally near ones the first.
 *
 * @returns undefined when nothing is near, or when `word` is itself a candidate.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const limit = Math.max(1, Math.floor(word.length / 3));
  let found: string | undefined;
  let foundDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word) return undefined;
    const distance = editDistance(lower, candidate.toLowerCase(), foundDistance - 1);
    // A word of one letter is one edit from any other: only its case can have been mistaken.
    if (distance < foundDistance && (distance === 0 || word.length > 1)) {
      found = candidate;
      foundDistance = distance;
    }
  }
  return found;
}

/** The question to put to the user: ``did you mean `kinds`?`` Undefined when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const candidate = nearest(word, candidates);
  return candidate === undefined ? undefined : `did you mean \`${candidate}\`?`;
}

function at(row: Uint16Array, column: number): number {
  return row[column] ?? 0;
}
