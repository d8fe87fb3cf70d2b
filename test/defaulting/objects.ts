import { defaulted } from '../../src/defaulting/index.ts';
import type { GroupVersionKind, JsonObject } from '../../src/model/index.ts';

/** A Pod of one container. */
export function pod(container: object, spec: object = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'a', ...container }], ...spec },
  };
}

/** An object as it is when it has been created. */
export function made(object: JsonObject): JsonObject {
  return defaulted(object, kindOf(object), 'CREATE');
}

export function input(object: JsonObject) {
  return { kind: kindOf(object), operation: 'CREATE', object, oldObject: null } as const;
}

function kindOf(object: JsonObject): GroupVersionKind {
  const [version = '', group = ''] = String(object['apiVersion']).split('/').reverse();
  return { group, version, kind: String(object['kind']) };
}

/** The value, which nobody can change any more. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
