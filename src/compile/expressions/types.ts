import { DYN, sameType, type Type } from '../../cel/index.ts';
import { parsePath } from '../../jsonpath/index.ts';
import { builtinKinds, type KindTable, kindsOf, parseKindPattern } from '../../kinds/index.ts';
import type { Path, PolicySpec } from '../../model/index.ts';
import { celTypeAt, celTypeOf } from '../../openapi/index.ts';
import { selections } from '../items.ts';

/** What a policy's expressions are about when the object is of one kind. */
export interface KnownTypes {
  /** How to call the kind in a message; undefined where it is any carrier of a pod. */
  readonly kind: string | undefined;
  /** The types of root variables that are dyn otherwise. */
  readonly roots: Readonly<Record<string, Type>>;
  /** What the items are that a rule's `each` selects. */
  item(each: readonly string[] | undefined): Type;
}

/** Kubernetes types a policy for ten kinds at most (apiserver policy/validating/typechecking.go). */
const mostKinds = 10;

/** Where a pod's template is in a built-in kind, whose types serve for pods wherever they are carried. */
const pod = { group: '', version: 'v1', kind: 'PodTemplate', path: ['template'] as Path };

/** The kinds of a policy as far as they are named one by one and built in. */
export function knownTypes(spec: PolicySpec, table: KindTable): readonly KnownTypes[] {
  const kinds = (spec.match.kinds ?? []).flatMap((text) => versionsOf(text, table)).slice(0, mostKinds);
  if (spec.target === 'pod') {
    const type = celTypeAt(pod.group, pod.version, pod.kind, pod.path) ?? DYN;
    const item = (each: readonly string[] | undefined): Type => itemType(each, type, pod);
    const carriers: readonly (Kind | undefined)[] = kinds.length === 0 ? [undefined] : kinds;
    return carriers.map((kind) => ({ kind: kind?.kind, roots: { ...objectRoots(kind), pod: type }, item }));
  }
  return kinds.map((kind) => {
    const type = celTypeOf(kind.group, kind.version, kind.kind) ?? DYN;
    const item = (each: readonly string[] | undefined): Type => itemType(each, type, { ...kind, path: [] });
    return { kind: kind.kind, roots: objectRoots(kind), item };
  });
}

/** Where the targets of a policy stand in objects of a built-in kind. */
export interface TargetPlace extends Kind {
  /** From the object to the target. */
  readonly path: Path;
}

/**
 * All that the targets of a policy can be; the pod template stands for pods wherever they are carried. Undefined
 * where the policy is about kinds or versions that no types are known of, too.
 */
export function targetPlaces(spec: PolicySpec, table: KindTable): readonly TargetPlace[] | undefined {
  if (spec.target === 'pod') return [pod];
  const patterns = spec.match.kinds ?? [];
  const places = patterns.map((text) => versionsOf(text, table).map((kind) => ({ ...kind, path: [] })));
  return patterns.length === 0 || places.some((some) => some.length === 0) ? undefined : places.flat();
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function objectRoots(kind: Kind | undefined): Record<string, Type> {
  const type = kind === undefined ? undefined : celTypeOf(kind.group, kind.version, kind.kind);
  return type === undefined ? {} : { object: type, oldObject: type };
}

/** The kinds that a pattern without globs stands for, each in the newest version there are types for. */
function versionsOf(text: string, table: KindTable): readonly Kind[] {
  const pattern = parseKindPattern(text);
  if (typeof pattern === 'string' || /[*?]/.test(text)) return [];
  const { subresource } = pattern;
  // A subresource's object is of a kind of its own; two of them carry the pod itself.
  if (subresource !== undefined && subresource !== 'ephemeralcontainers' && subresource !== 'resize')
    return [];
  return kindsOf(pattern, table).flatMap(({ group, kind }) => {
    const row = builtinKinds.find((builtin) => builtin.group === group && builtin.kind === kind);
    const versions = pattern.version === undefined ? (row?.versions ?? []) : [pattern.version];
    const version = versions.find((candidate) => celTypeOf(group, candidate, kind) !== undefined);
    return version === undefined ? [] : [{ group, version, kind }];
  });
}

/** The one type of all that `each` selects beneath a place; dyn where there are several, or where it is not known. */
function itemType(
  each: readonly string[] | undefined,
  whole: Type,
  place: Kind & { readonly path: Path },
): Type {
  if (each === undefined) return whole;
  const paths = each.flatMap((text) => (Object.hasOwn(selections, text) ? (selections[text] ?? []) : [text]));
  const types = paths.map((path) => {
    const steps = stepsOf(path);
    if (steps === undefined) return DYN;
    return celTypeAt(place.group, place.version, place.kind, [...place.path, ...steps]) ?? DYN;
  });
  const [first = DYN] = types;
  return types.every((type) => sameType(type, first)) ? first : DYN;
}

/** A JSONPath as the way to any one of the values it selects; undefined where that is not one way. */
function stepsOf(text: string): Path | undefined {
  const parsed = parsePath(text, { form: 'full' });
  if (!parsed.ok) return undefined;
  const path: (string | number)[] = [];
  for (const step of parsed.path.steps) {
    if (step.kind === 'name') path.push(step.name);
    else if (step.kind === 'index' || step.kind === 'wildcard' || step.kind === 'slice') path.push(0);
    else return undefined;
  }
  return path;
}
