/** A version of Semantic Versioning 2.0.0. Numbers are uint64: a `number` while safe, else a bigint. */
export class Version {
  readonly major: number | bigint;
  readonly minor: number | bigint;
  readonly patch: number | bigint;
  /** Numeric identifiers are numbers. */
  readonly prerelease: readonly (number | bigint | string)[];
  readonly build: readonly string[];

  constructor(
    major: number | bigint,
    minor: number | bigint,
    patch: number | bigint,
    prerelease: readonly (number | bigint | string)[],
    build: readonly string[],
  ) {
    this.major = major;
    this.minor = minor;
    this.patch = patch;
    this.prerelease = prerelease;
    this.build = build;
  }
}

function order<T extends number | bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareIdentifiers(a: number | bigint | string, b: number | bigint | string): number {
  if (typeof a === 'string') return typeof b === 'string' ? order(a, b) : 1;
  return typeof b === 'string' ? -1 : order(a, b);
}

/**
 * Precedence (semver.org, 11); build metadata counts for nothing.
 * @returns -1, 0 or 1
 */
export function compareVersions(a: Version, b: Version): number {
  const numbers = order(a.major, b.major) || order(a.minor, b.minor) || order(a.patch, b.patch);
  if (numbers !== 0) return numbers;
  const [left, right] = [a.prerelease, b.prerelease];
  // A version without a prerelease comes after those with one.
  if (left.length === 0 || right.length === 0) return order(right.length, left.length);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const identifiers = compareIdentifiers(left[i] ?? '', right[i] ?? '');
    if (identifiers !== 0) return identifiers;
  }
  return order(left.length, right.length);
}

/** The version as it is written. */
export function formatVersion(v: Version): string {
  const prerelease = v.prerelease.length === 0 ? '' : `-${v.prerelease.join('.')}`;
  const build = v.build.length === 0 ? '' : `+${v.build.join('.')}`;
  return `${v.major}.${v.minor}.${v.patch}${prerelease}${build}`;
}
