import {
  compareVersions,
  formatVersion,
  parseVersion,
  parseVersionLaxly,
  type Version,
} from '../../semver/index.ts';
import { traversal } from '../cost-size.ts';
import type { FunctionDeclaration, Library, Overload } from '../declaration.ts';
import { BOOL, INT, STRING } from '../type.ts';
import { type CelError, failure, int, OpaqueValue, opaqueValueType } from '../value.ts';

const SEMVER = opaqueValueType('kubernetes.Semver');

/** A semantic version as a value. */
export class SemverValue extends OpaqueValue {
  readonly type = SEMVER;
  readonly version: Version;

  constructor(version: Version) {
    super();
    this.version = version;
  }

  /** Of equal precedence: build metadata counts for nothing. */
  equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && compareVersions(this.version, other.version) === 0;
  }

  describe(): string {
    return formatVersion(this.version);
  }
}

function parse(text: string, lax = false): SemverValue | CelError {
  const version = lax ? parseVersionLaxly(text) : parseVersion(text);
  return typeof version === 'string'
    ? failure(`\`${text}\` is not a semantic version: ${version}`)
    : new SemverValue(version);
}

const isVersion = (text: string, lax = false): boolean => parse(text, lax) instanceof SemverValue;

const readText = (_result: unknown, text: string): number => traversal(text);

const comparison = (name: string, id: string, result: Overload['result'], call: Overload['call']) => ({
  name,
  member: true,
  overloads: [{ id, parameters: [SEMVER, SEMVER], result, call }],
});

/** A uint64 in a version is an int64 in CEL: Go's conversion wraps around. */
const toInt = (value: number | bigint): number | bigint => int(BigInt.asIntN(64, BigInt(value)));

const number = (
  name: string,
  id: string,
  read: (version: Version) => number | bigint,
): FunctionDeclaration => ({
  name,
  member: true,
  overloads: [{ id, parameters: [SEMVER], result: INT, call: (v: SemverValue) => toInt(read(v.version)) }],
});

/** Semantic versions (apiserver pkg/cel/library/semverlib.go, version 1). */
export const SEMVERS: Library = {
  name: 'semver',
  since: '1.33',
  functions: [
    {
      name: 'semver',
      member: false,
      overloads: [
        {
          id: 'string_to_semver',
          parameters: [STRING],
          result: SEMVER,
          call: (text: string) => parse(text),
          cost: readText,
        },
        {
          id: 'string_bool_to_semver',
          parameters: [STRING, BOOL],
          result: SEMVER,
          call: (text: string, lax: boolean) => parse(text, lax),
          cost: readText,
        },
      ],
    },
    {
      name: 'isSemver',
      member: false,
      overloads: [
        {
          id: 'is_semver_string',
          parameters: [STRING],
          result: BOOL,
          call: (text: string) => isVersion(text),
          cost: readText,
        },
        {
          id: 'is_semver_string_bool',
          parameters: [STRING, BOOL],
          result: BOOL,
          call: (text: string, lax: boolean) => isVersion(text, lax),
          cost: readText,
        },
      ],
    },
    comparison(
      'isGreaterThan',
      'semver_is_greater_than',
      BOOL,
      (v: SemverValue, w: SemverValue) => compareVersions(v.version, w.version) > 0,
    ),
    comparison(
      'isLessThan',
      'semver_is_less_than',
      BOOL,
      (v: SemverValue, w: SemverValue) => compareVersions(v.version, w.version) < 0,
    ),
    comparison('compareTo', 'semver_compare_to', INT, (v: SemverValue, w: SemverValue) =>
      compareVersions(v.version, w.version),
    ),
    number('major', 'semver_major', (version) => version.major),
    number('minor', 'semver_minor', (version) => version.minor),
    number('patch', 'semver_patch', (version) => version.patch),
  ],
};
