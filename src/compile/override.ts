import type { Override, Path, UserInfo } from '../model/index.ts';
import { type Change, overridePrefix, own } from './change.ts';
import { compileSubjects } from './match/subjects.ts';

/** What the annotation that overrides a policy says of a change. */
export type OverrideState =
  | { readonly kind: 'none' }
  /** `by` is the user who brings it; `assumed` where that would have to be known. */
  | { readonly kind: 'valid'; readonly reason: string; readonly by?: string; readonly assumed: boolean }
  | { readonly kind: 'refused'; readonly message: string; readonly help: string; readonly path: Path };

/** @param podPath where the object carries a pod, which may carry the annotation too; undefined where it is no matter */
export type CompiledOverride = (
  change: Change,
  podPath: Path | undefined,
  controllerMade: boolean,
) => OverrideState;

/** How the findings of a policy are overridden, for whoever is refused by one. */
export function overrideAdvice(policy: string, { subjects }: Override): string {
  const who = subjects === undefined ? '' : ` (${namesOf(subjects)} may)`;
  return `if it must be, give the reason in the annotation \`${overridePrefix}${policy}\`${who}`;
}

function namesOf(subjects: NonNullable<Override['subjects']>): string {
  return subjects.map(({ kind, name }) => `${kind} \`${name}\``).join(', ');
}

const none: OverrideState = { kind: 'none' };

/**
 * Compiles who may override a policy. An override that was there already stays valid when others update the object,
 * and one on an object that a controller makes was judged where a person set it.
 */
export function compileOverride(policy: string, { subjects }: Override): CompiledOverride {
  const annotation = `${overridePrefix}${policy}`;
  const entitled = subjects === undefined ? () => true : compileSubjects(subjects);
  return (change, podPath, controllerMade) => {
    if (!change.mayBeOverridden(podPath)) return none;
    const found = find(change.judged, annotation, podPath);
    if (found === undefined) return none;
    const { value, path } = found;
    if (typeof value !== 'string' || value.trim() === '') {
      const help = `give the reason as the value of the annotation \`${annotation}\``;
      return { kind: 'refused', message: 'an override needs a reason', help, path };
    }
    const reason = value.trim();
    const { operation, oldObject, userInfo } = change.input;
    const isOld = operation === 'DELETE' || find(oldObject, annotation, podPath)?.value === value;
    if (isOld || controllerMade) return { kind: 'valid', reason, assumed: false };
    return bring(reason, userInfo, entitled, path);
  };

  function bring(
    reason: string,
    user: UserInfo | undefined,
    mayOverride: (user: UserInfo) => boolean,
    path: Path,
  ): OverrideState {
    if (user === undefined) return { kind: 'valid', reason, assumed: subjects !== undefined };
    if (mayOverride(user)) return { kind: 'valid', reason, by: user.username, assumed: false };
    return {
      kind: 'refused',
      message: `\`${user.username}\` may not override this policy`,
      help: `ask one of those who may: ${namesOf(subjects ?? [])}`,
      path,
    };
  }
}

function find(
  object: unknown,
  annotation: string,
  podPath: Path | undefined,
): { value: unknown; path: Path } | undefined {
  for (const place of podPath === undefined || podPath.length === 0 ? [[]] : [[], podPath]) {
    let value = object;
    const path: Path = [...place, 'metadata', 'annotations', annotation];
    for (const segment of path) value = own(value, String(segment));
    if (value !== undefined && value !== null) return { value, path };
  }
  return undefined;
}
