/**
 * Whether a Kubernetes version is at least another, by major and minor number: `1.36.3` is at least
 * `1.30`.
 */
export function atLeast(version: string, needed: string): boolean {
  const [major, minor] = numbers(version);
  const [neededMajor, neededMinor] = numbers(needed);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function numbers(version: string): readonly [number, number] {
  const [major, minor] = version.split('.').map(Number);
  if (major === undefined || minor === undefined || Number.isNaN(major + minor)) {
    throw new Error(`\`${version}\` is no version of Kubernetes`);
  }
  return [major, minor];
}
