import { Version } from './version.ts';

const digits = /^[0-9]+$/;
const identifier = /^[0-9A-Za-z-]+$/;
const maxUint64 = 18446744073709551615n;

/** A uint64 without leading zeros, or why it is none. */
function parseNumber(text: string, what: string): number | bigint | string {
  if (!digits.test(text)) return text === '' ? `the ${what} is empty` : `the ${what} is not a number`;
  if (text.length > 1 && text.startsWith('0')) return `the ${what} has a leading zero`;
  if (text.length <= 15) return Number(text);
  const value = text.length > 20 ? maxUint64 + 1n : BigInt(text);
  if (value > maxUint64) return `the ${what} is too large`;
  return value <= 9007199254740991n ? Number(value) : value;
}

type Prerelease = { readonly identifiers: readonly (number | bigint | string)[] };

function parsePrerelease(text: string): Prerelease | string {
  const identifiers: (number | bigint | string)[] = [];
  for (const part of text.split('.')) {
    if (digits.test(part)) {
      const value = parseNumber(part, 'numeric prerelease identifier');
      if (typeof value === 'string') return value;
      identifiers.push(value);
    } else if (identifier.test(part)) identifiers.push(part);
    else
      return part === ''
        ? 'a prerelease identifier is empty'
        : 'a prerelease identifier has an odd character';
  }
  return { identifiers };
}

/** Splits at the first two dots. */
function splitNumbers(text: string): string[] {
  const first = text.indexOf('.');
  if (first === -1) return [text];
  const second = text.indexOf('.', first + 1);
  if (second === -1) return [text.slice(0, first), text.slice(first + 1)];
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

/**
 * Reads a version strictly (semver.org 2.0.0, in the reading of github.com/blang/semver v4).
 * @returns the version, or why there is none
 */
export function parseVersion(text: string): Version | string {
  const [majorText, minorText, rest] = splitNumbers(text);
  if (majorText === undefined || minorText === undefined || rest === undefined) {
    return 'it does not have the three numbers major.minor.patch';
  }
  const major = parseNumber(majorText, 'major number');
  if (typeof major === 'string') return major;
  const minor = parseNumber(minorText, 'minor number');
  if (typeof minor === 'string') return minor;
  const plus = rest.indexOf('+');
  const beforeBuild = plus === -1 ? rest : rest.slice(0, plus);
  const build = plus === -1 ? [] : rest.slice(plus + 1).split('.');
  const dash = beforeBuild.indexOf('-');
  const patch = parseNumber(dash === -1 ? beforeBuild : beforeBuild.slice(0, dash), 'patch number');
  if (typeof patch === 'string') return patch;
  const prerelease = dash === -1 ? { identifiers: [] } : parsePrerelease(beforeBuild.slice(dash + 1));
  if (typeof prerelease === 'string') return prerelease;
  if (!build.every((part) => identifier.test(part)))
    return 'its build metadata has an odd or empty identifier';
  return new Version(major, minor, patch, prerelease.identifiers, build);
}

/** Without leading zeros, but with the one that stands for zero or before what is not a digit. */
function withoutLeadingZeros(text: string): string {
  if (text.length <= 1) return text;
  const stripped = text.replace(/^0+/, '');
  return /^[0-9]/.test(stripped) ? stripped : `0${stripped}`;
}

/**
 * Reads a version laxly, as `semver(text, true)` does in Kubernetes: a leading `v`, leading zeros and a missing
 * minor or patch number are allowed (k8s.io/apiserver pkg/cel/library/semverlib.go).
 * @returns the version, or why there is none
 */
export function parseVersionLaxly(text: string): Version | string {
  const parts = splitNumbers(text.startsWith('v') ? text.slice(1) : text).map(withoutLeadingZeros);
  if (parts.length < 3) {
    if (/[+-]/.test(parts.at(-1) ?? '')) return 'a short version cannot have a prerelease or build metadata';
    while (parts.length < 3) parts.push('0');
  }
  return parseVersion(parts.join('.'));
}
