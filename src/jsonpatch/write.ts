import { Double } from '../json/index.ts';
import type { FieldChange, PatchOperation } from '../model/index.ts';
import { formatPointer } from './pointer.ts';

/** Changes as RFC 6902 has them. */
export function operationsOf(changes: readonly FieldChange[]): readonly PatchOperation[] {
  return changes.map(({ op, path, value }) => {
    const pointer = formatPointer(path);
    return op === 'remove' ? { op, path: pointer } : { op, path: pointer, value };
  });
}

/** A value as JSON text, every number as it was written: integers of any size in full, doubles as doubles. */
export function writeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, exact, indent) ?? 'null';
}

function exact(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return raw(String(value));
  if (!(value instanceof Double)) return value;
  const text = String(value.value);
  return raw(/^-?[0-9]+$/.test(text) ? `${text}.0` : text);
}

function raw(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
