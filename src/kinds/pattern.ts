import { compileGlob, type Glob } from '../glob/index.ts';
import type { ResourceKind } from '../model/index.ts';
import { guessResource, type KindTable } from './table.ts';

/** A pattern of kinds, `[group/[version/]]Kind[/subresource]`, in its parts. Each may hold globs. */
export interface KindPattern {
  /** Absent: the built-in kind of that name, else any group's. */
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly subresource?: string;
}

/** What a request is about: the kind of the thing that is changed, whatever kind of object carries the change. */
export interface RequestedKind {
  readonly group: string;
  readonly version: string;
  /** Undefined for a subresource of a resource that no table knows. */
  readonly kind: string | undefined;
  readonly resource: string;
  readonly subresource: string;
}

/**
 * Kinds that `*` leaves out unless they are named: what the cluster itself writes all the time and cannot do
 * without (a node whose Lease is refused is evicted), and questions to the API server, which change nothing.
 */
export const leftOut: ReadonlySet<string> = new Set([
  '/Event',
  'events.k8s.io/Event',
  'coordination.k8s.io/Lease',
  '/Node',
  '/Binding',
  'authentication.k8s.io/TokenReview',
  'authentication.k8s.io/SelfSubjectReview',
  'authorization.k8s.io/SubjectAccessReview',
  'authorization.k8s.io/LocalSubjectAccessReview',
  'authorization.k8s.io/SelfSubjectAccessReview',
  'authorization.k8s.io/SelfSubjectRulesReview',
]);

/** How Kubernetes writes versions; the segment before a Kind that looks so is the version of the core group. */
const versionForm = /^v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?$/;

/**
 * Reads a pattern. The Kind is the first segment that is `*` or starts in upper case.
 * Returns what is wrong, in words, where it is none.
 */
export function parseKindPattern(text: string): KindPattern | string {
  const segments = text.split('/');
  const at = segments.findIndex((segment) => segment === '*' || /^[A-Z]/.test(segment));
  const kind = segments[at];
  if (kind === undefined)
    return `\`${text}\` names no kind: a kind starts in upper case, as in \`apps/Deployment\``;
  if (segments.some((segment) => segment === '')) return `\`${text}\` has an empty segment`;
  if (at > 2) return `\`${text}\` has too many segments before the kind: group and version are all there is`;
  if (segments.length > at + 2) return `\`${text}\` has more than a subresource after the kind`;
  const subresource = segments[at + 1];
  if (subresource !== undefined && /[A-Z]/.test(subresource)) {
    return `\`${subresource}\` in \`${text}\` is no subresource: those are in lower case, as in \`Pod/exec\``;
  }
  const [first, second] = segments.slice(0, at);
  const core = second === undefined && first !== undefined && versionForm.test(first);
  return {
    kind,
    ...(first === undefined ? {} : { group: core ? '' : first }),
    ...(core ? { version: first } : second === undefined ? {} : { version: second }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** A test of requests against a pattern; `table` says which groups a bare kind stands for. */
export function compileKindPattern(
  pattern: KindPattern,
  table: KindTable,
): (requested: RequestedKind) => boolean {
  const kind = compileGlob(pattern.kind);
  const group = groupGlob(pattern, table);
  const version = compileGlob(pattern.version ?? '*');
  const subresource = pattern.subresource === undefined ? undefined : compileGlob(pattern.subresource);
  const everything = pattern.kind === '*';
  const guess = guessResource(pattern.kind);
  return (requested) => {
    if (subresource === undefined ? requested.subresource !== '' : !isSubresource(subresource, requested))
      return false;
    if (!group(requested.group) || !version(requested.version)) return false;
    if (requested.kind === undefined) return everything || requested.resource === guess;
    if (everything) return !leftOut.has(`${requested.group}/${requested.kind}`);
    return kind(requested.kind);
  };
}

function isSubresource(glob: Glob, requested: RequestedKind): boolean {
  return requested.subresource !== '' && glob(requested.subresource);
}

function groupGlob(pattern: KindPattern, table: KindTable): Glob {
  if (pattern.group !== undefined) return compileGlob(pattern.group);
  const builtin = new Set(table.builtinGroups(pattern.kind));
  return builtin.size === 0 ? () => true : (group) => builtin.has(group);
}

/** The known kinds that a pattern stands for, subresources aside. */
export function kindsOf(pattern: KindPattern, table: KindTable): readonly ResourceKind[] {
  const { subresource: _, ...whole } = pattern;
  const test = compileKindPattern({ ...whole, version: '*' }, table);
  return table.all.filter((row) => test({ ...row, version: '', subresource: '' }));
}
