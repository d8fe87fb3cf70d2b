import type { Action, EnforcementEntry, JsonObject } from '../model/index.ts';
import { parseTimestamp } from '../time/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import { criteriaProblems } from './criteria.ts';
import { isMapping, itemsAt, textAt } from './tolerant.ts';
import { quoted } from './words.ts';

/** What is wrong with the entries of a ramp at `spec.enforcement`: their times, globs and selectors. */
export function enforcementProblems(spec: JsonObject): readonly DocumentProblem[] {
  return itemsAt(spec, 'enforcement').flatMap(([index, entry]) => {
    if (!isMapping(entry)) return [];
    const path = ['spec', 'enforcement', index];
    return [...criteriaProblems(entry, path), ...timeProblems(entry, 'from', path)];
  });
}

/** What is wrong with a time at a key, where there is one. */
export function timeProblems(
  holder: JsonObject,
  key: string,
  path: DocumentProblem['path'],
): readonly DocumentProblem[] {
  const time = textAt(holder, key);
  if (time === undefined || typeof parseTimestamp(time) !== 'string') return [];
  return [
    {
      code: 'AB1309',
      message: `${quoted(time)} is not a time`,
      help: 'write it as RFC 3339 has it, with its zone: `2027-03-01T00:00:00Z`',
      path: [...path, key],
    },
  ];
}

/** One action is short for a list of it alone. */
export function toEnforcement(value: unknown): readonly EnforcementEntry[] {
  return Array.isArray(value) ? value : [{ action: value as Action }];
}
