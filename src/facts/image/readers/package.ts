/** A package of a distribution or a language, by the words of package URLs (purl). */
export interface FoundPackage {
  readonly type: 'deb' | 'apk' | 'npm' | 'pypi' | 'golang' | 'maven';
  /** As its own package manager writes it: `@scope/name`, `group:artifact`, a Go module's path. */
  readonly name: string;
  readonly version: string;
  /** Of distributions: what it was built from, where that has another name. */
  readonly source?: string;
  readonly architecture?: string;
}

export function weighPackages(packages: readonly FoundPackage[]): number {
  let bytes = 0;
  for (const { name, version, source = '' } of packages)
    bytes += 96 + name.length + version.length + source.length;
  return bytes;
}

/** A name or version is not longer, and has no control characters; what is not so is no package. */
export function isSound(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= 512 && !/\p{Cc}/u.test(text);
}
