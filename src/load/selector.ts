import type { JsonObject, Path } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import { at, isMapping, itemsAt, mappingAt, textAt, textsAt } from './tolerant.ts';
import { quoted } from './words.ts';

// Source of the rules: k8s.io/apimachinery pkg/util/validation (IsQualifiedName, IsValidLabelValue,
// IsDNS1123Subdomain) and pkg/labels NewRequirement.
const namePart = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What is wrong with the label selector at a path, beyond its shape. */
export function selectorProblems(selector: JsonObject, path: Path): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const labels = mappingAt(selector, 'matchLabels');
  for (const key of Object.keys(labels)) {
    const here = [...path, 'matchLabels', key];
    const value = at(labels, key);
    if (!isLabelKey(key)) problems.push({ ...badKey(key, here), part: 'key' });
    if (typeof value === 'string' && !isLabelValue(value)) problems.push(badValue(value, here));
  }
  for (const [index, requirement] of itemsAt(selector, 'matchExpressions')) {
    if (isMapping(requirement))
      problems.push(...requirementProblems(requirement, [...path, 'matchExpressions', index]));
  }
  return problems;
}

function requirementProblems(requirement: JsonObject, path: Path): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const key = textAt(requirement, 'key');
  if (key !== undefined && !isLabelKey(key)) problems.push(badKey(key, [...path, 'key']));
  for (const [index, value] of textsAt(requirement, 'values')) {
    if (!isLabelValue(value)) problems.push(badValue(value, [...path, 'values', index]));
  }
  const operator = textAt(requirement, 'operator');
  const count = itemsAt(requirement, 'values').length;
  if ((operator === 'In' || operator === 'NotIn') && count === 0) {
    problems.push({
      code: 'AB1206',
      message: `\`${operator}\` has no values`,
      help: 'list the values, or ask with `Exists`',
      path,
    });
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && count > 0) {
    problems.push({
      code: 'AB1206',
      message: `\`${operator}\` takes no values`,
      help: 'leave `values` out, or compare with `In`',
      path: [...path, 'values'],
      part: 'key',
    });
  }
  return problems;
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  const [prefix, name] = slash < 0 ? ['', key] : [key.slice(0, slash), key.slice(slash + 1)];
  const prefixed = slash < 0 || (prefix.length <= 253 && subdomain.test(prefix));
  return prefixed && name.length <= 63 && namePart.test(name);
}

function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && namePart.test(value));
}

function badKey(key: string, path: Path): DocumentProblem {
  return {
    code: 'AB1206',
    message: `${quoted(key)} is not a label`,
    help: 'a label is at most 63 letters, digits, `-`, `_` and `.`, after a domain and `/` if need be',
    path,
  };
}

function badValue(value: string, path: Path): DocumentProblem {
  return {
    code: 'AB1206',
    message: `${quoted(value)} is not a label's value`,
    help: 'a value is at most 63 letters, digits, `-`, `_` and `.`; globs are not for labels',
    path,
  };
}
