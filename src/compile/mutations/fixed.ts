import { equal, valueAt } from '../../jsonpatch/index.ts';
import { formatPath } from '../../jsonpath/index.ts';
import type { Path } from '../../model/index.ts';
import { overridePrefix, own } from '../change.ts';

/**
 * What an object is, and what the API server itself keeps of it. The API server refuses a patch that changes some
 * of these and drops others without a word (apiserver pkg/registry/rest/create.go, update.go).
 */
const fixedFields: readonly Path[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'uid'],
  ['metadata', 'resourceVersion'],
  ['metadata', 'generation'],
  ['metadata', 'creationTimestamp'],
  ['metadata', 'deletionTimestamp'],
  ['metadata', 'deletionGracePeriodSeconds'],
  ['metadata', 'managedFields'],
  ['metadata', 'selfLink'],
];

/** Changed by those who report on the object, through a subresource of its own. */
const status: Path = ['status'];

/** Why a path from the root of an object may not be changed; undefined where it may, as far as the path tells. */
export function fixedAt(path: Path, withStatus: boolean): string | undefined {
  const fields = withStatus ? [...fixedFields, status] : fixedFields;
  const found = fields.find((field) => field.every((segment, index) => path[index] === segment));
  if (found !== undefined) return notChanged(found);
  return isOverride(path) ? noOverride : undefined;
}

/**
 * Why an object may not become another; undefined where it may.
 * @param pods where a pod is carried that may be overridden too
 */
export function fixedChange(
  before: unknown,
  after: unknown,
  options: { readonly withStatus: boolean; readonly pods: readonly Path[] },
): string | undefined {
  for (const field of options.withStatus ? [...fixedFields, status] : fixedFields) {
    if (!equal(valueAt(before, field), valueAt(after, field))) return notChanged(field);
  }
  for (const pod of [[], ...options.pods]) {
    const annotations: Path = [...pod, 'metadata', 'annotations'];
    const [old, fresh] = [valueAt(before, annotations), valueAt(after, annotations)];
    if (old === fresh) continue;
    for (const key of [...Object.keys(Object(old)), ...Object.keys(Object(fresh))]) {
      if (key.startsWith(overridePrefix) && own(old, key) !== own(fresh, key)) return noOverride;
    }
  }
  return undefined;
}

const noOverride = 'an override is set and taken away by people, and not by a policy';

function notChanged(field: Path): string {
  return `\`${formatPath(field)}\` cannot be changed by a policy`;
}

function isOverride(path: Path): boolean {
  const at = path.indexOf('annotations');
  const key = path[at + 1];
  return at > 0 && path[at - 1] === 'metadata' && typeof key === 'string' && key.startsWith(overridePrefix);
}
