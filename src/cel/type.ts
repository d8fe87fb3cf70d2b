/** The types of the language as the checker sees them. Immutable; compare with `sameType`, never with `===`. */
export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  /** A type of a library (`kubernetes.Quantity`, `optional_type(T)`): known by name, its values are `OpaqueValue`s. */
  | { readonly kind: 'opaque'; readonly name: string; readonly parameters: readonly Type[] }
  /** An object with declared fields. */
  | ObjectType
  /** A nullable scalar: what `google.protobuf.Int64Value{}` and its like have. */
  | { readonly kind: 'wrapper'; readonly of: Type }
  /** A type parameter of an overload (`T`), bound anew at each call. */
  | { readonly kind: 'parameter'; readonly name: string }
  /** The type of a type value: `type(1)` is a `type(int)`. */
  | { readonly kind: 'type'; readonly of: Type };

export type SimpleKind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration';

export interface ObjectType {
  readonly kind: 'object';
  readonly name: string;
  readonly fields: Readonly<Record<string, Type>>;
  /**
   * `closed`: an unknown field is an error of the expression, as with Kubernetes' `request` and `namespaceObject`.
   * `open`: an unknown field is only a warning and its type is dyn, for objects that Kubernetes itself does not
   * type (`object`, `params`), where typing must never change a verdict.
   */
  readonly unknownFields: 'closed' | 'open';
}

export const DYN: Type = { kind: 'dyn' };
export const ERROR: Type = { kind: 'error' };
export const NULL: Type = { kind: 'null' };
export const BOOL: Type = { kind: 'bool' };
export const INT: Type = { kind: 'int' };
export const UINT: Type = { kind: 'uint' };
export const DOUBLE: Type = { kind: 'double' };
export const STRING: Type = { kind: 'string' };
export const BYTES: Type = { kind: 'bytes' };
export const TIMESTAMP: Type = { kind: 'timestamp' };
export const DURATION: Type = { kind: 'duration' };

export const listType = (element: Type): Type => ({ kind: 'list', element });
export const mapType = (key: Type, value: Type): Type => ({ kind: 'map', key, value });
export const typeType = (of: Type): Type => ({ kind: 'type', of });
export const typeParameter = (name: string): Type => ({ kind: 'parameter', name });
export const opaqueType = (name: string, parameters: readonly Type[] = []): Type => ({
  kind: 'opaque',
  name,
  parameters,
});
export const optionalType = (of: Type): Type => opaqueType('optional_type', [of]);
export const objectType = (
  name: string,
  fields: Readonly<Record<string, Type>>,
  unknownFields: 'closed' | 'open' = 'closed',
): ObjectType => ({ kind: 'object', name, fields, unknownFields });

/** Whether a type is an optional, `optional_type(T)`. */
export const isOptionalType = (type: Type): type is Extract<Type, { kind: 'opaque' }> =>
  type.kind === 'opaque' && type.name === 'optional_type';

/** Structural equality; objects are equal by name. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === 'list') return b.kind === 'list' && sameType(a.element, b.element);
  if (a.kind === 'map') return b.kind === 'map' && sameType(a.key, b.key) && sameType(a.value, b.value);
  if (a.kind === 'type' || a.kind === 'wrapper') return b.kind === a.kind && sameType(a.of, b.of);
  if (a.kind === 'parameter') return b.kind === 'parameter' && a.name === b.name;
  if (a.kind === 'object') return b.kind === 'object' && a.name === b.name;
  if (a.kind === 'opaque') {
    return (
      b.kind === 'opaque' &&
      a.name === b.name &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((parameter, i) => sameType(parameter, b.parameters[i] as Type))
    );
  }
  return a.kind === b.kind;
}

/** The name CEL gives the type at run time: what `type(x)` yields and messages show (cel-go common/types/types.go). */
export function runtimeTypeName(type: Type): string {
  switch (type.kind) {
    case 'null':
      return 'null_type';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'opaque':
    case 'object':
    case 'parameter':
      return type.name;
    case 'wrapper':
      return runtimeTypeName(type.of);
    default:
      return type.kind;
  }
}

/** The type as it stands in messages: `list(int)`, `map(string, dyn)`. */
export function showType(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `list(${showType(type.element)})`;
    case 'map':
      return `map(${showType(type.key)}, ${showType(type.value)})`;
    case 'type':
    case 'wrapper':
      return `${type.kind}(${showType(type.of)})`;
    case 'null':
      return 'null';
    case 'opaque':
      return type.parameters.length === 0
        ? type.name
        : `${type.name}(${type.parameters.map(showType).join(', ')})`;
    case 'object':
    case 'parameter':
      return type.name;
    default:
      return type.kind;
  }
}
