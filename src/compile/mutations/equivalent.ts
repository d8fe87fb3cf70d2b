import { equal, isMapping } from '../../jsonpatch/index.ts';
import type { GroupVersionKind, Path } from '../../model/index.ts';
import { type FieldType, fieldAt, fieldBelow } from '../../openapi/index.ts';
import { compare, parseQuantity, type Quantity } from '../../quantity/index.ts';

/** The type that Kubernetes' schema has at a path; undefined where it knows none. */
export function typeAt({ group, version, kind }: GroupVersionKind, path: Path): FieldType | undefined {
  const field = fieldAt(group, version, kind, path);
  return field?.known === true ? field.type : undefined;
}

/**
 * Whether a value is what is to be written, as the API server stores it: it writes `1024Mi` as `1Gi` and the number
 * 1 of a quantity as text, and what it has written must not be changed back.
 */
export function equivalent(there: unknown, wanted: unknown, type: FieldType | undefined): boolean {
  if (there === wanted) return true;
  if (type === undefined) return equal(there, wanted);
  if (type.kind === 'quantity') return equal(there, wanted) || sameQuantity(there, wanted);
  if (Array.isArray(there)) {
    return (
      Array.isArray(wanted) &&
      there.length === wanted.length &&
      there.every((item, index) => equivalent(item, wanted[index], fieldBelow(type, index)?.type))
    );
  }
  if (!isMapping(there) || !isMapping(wanted)) return equal(there, wanted);
  const keys = Object.keys(there);
  return (
    keys.length === Object.keys(wanted).length &&
    keys.every(
      (key) => Object.hasOwn(wanted, key) && equivalent(there[key], wanted[key], fieldBelow(type, key)?.type),
    )
  );
}

function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [quantityOf(a), quantityOf(b)];
  return left !== undefined && right !== undefined && compare(left, right) === 0;
}

function quantityOf(value: unknown): Quantity | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const quantity = parseQuantity(String(value));
  return typeof quantity === 'string' ? undefined : quantity;
}
