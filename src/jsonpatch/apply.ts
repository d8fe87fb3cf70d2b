import type { PatchOperation, Path } from '../model/index.ts';
import { Draft } from './draft.ts';
import { clone, equal } from './json.ts';
import { parsePointer, pathOf } from './pointer.ts';

export type Applied =
  | { readonly ok: true; readonly value: unknown }
  /** `failedTest`: nothing is wrong with the patch, but it is not for this document. */
  | { readonly ok: false; readonly message: string; readonly index: number; readonly failedTest: boolean };

/**
 * Applies a JSON patch (RFC 6902), all of it or nothing. Neither the document nor the values of the patch are
 * changed, and the result shares what it can with them.
 */
export function applyPatch(document: unknown, operations: readonly PatchOperation[]): Applied {
  const draft = new Draft(document);
  for (const [index, operation] of operations.entries()) {
    const message = applyOperation(draft, operation);
    if (message !== undefined) return { ok: false, message, index, failedTest: operation.op === 'test' };
  }
  return { ok: true, value: draft.root };
}

/** Makes one operation in a draft. Returns why it cannot be made; undefined where it was. */
export function applyOperation(draft: Draft, operation: PatchOperation): string | undefined {
  const path = resolve(draft, operation.path);
  if (typeof path === 'string') return path;
  const there = `there is nothing at \`${operation.path}\``;
  switch (operation.op) {
    case 'add':
      return draft.add(path, operation.value) ? undefined : noPlace(operation.path);
    case 'replace':
      return draft.replace(path, operation.value) ? undefined : there;
    case 'remove':
      return draft.remove(path) ? undefined : there;
    case 'test':
      return equal(draft.at(path), operation.value)
        ? undefined
        : `\`${operation.path}\` is not what it is tested for`;
    case 'copy':
    case 'move':
      return transfer(draft, operation, path);
  }
}

function transfer(
  draft: Draft,
  operation: Extract<PatchOperation, { readonly from: string }>,
  to: Path,
): string | undefined {
  const from = resolve(draft, operation.from);
  if (typeof from === 'string') return from;
  const value = draft.at(from);
  if (value === undefined) return `there is nothing at \`${operation.from}\``;
  if (operation.op === 'copy') {
    return draft.add(to, clone(value)) ? undefined : noPlace(operation.path);
  }
  if (operation.from === operation.path) return undefined;
  if (operation.path.startsWith(`${operation.from}/`)) {
    return `\`${operation.from}\` cannot be moved into itself`;
  }
  draft.remove(from);
  // Where it goes to is said of the document without it.
  const path = resolve(draft, operation.path);
  if (typeof path === 'string') return path;
  return draft.add(path, value) ? undefined : noPlace(operation.path);
}

function noPlace(pointer: string): string {
  return `there is no place for \`${pointer}\``;
}

function resolve(draft: Draft, pointer: string): Path | string {
  const tokens = parsePointer(pointer);
  if ('message' in tokens) return tokens.message;
  return pathOf(draft.root, tokens) ?? `\`${pointer}\` leads into a list by what is no index`;
}
