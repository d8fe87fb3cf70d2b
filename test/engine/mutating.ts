import type { Program } from '../../src/compile/index.ts';
import { mutate } from '../../src/engine/index.ts';
import { applyPatch } from '../../src/jsonpatch/index.ts';
import { formatPath } from '../../src/jsonpath/index.ts';
import type { JsonObject, Mutated, MutationResult } from '../../src/model/index.ts';
import { inputOf, programOf, type Request } from './world.ts';

export const now = Date.UTC(2026, 10, 21);

/** A policy with mutations, from what stands in the list, in one line. */
export function mutationPolicy(mutations: string, name = 'p', spec = ''): string {
  return `apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: ${name}}\nspec:\n${spec}  mutations: ${mutations}\n---\n`;
}

/**
 * What mutations make of a request. Asserts what must always hold: the patch leads from the object to the result,
 * neither is the other's copy, and what was mutated without an error is left alone the second time.
 */
export function run(policies: string | Program, request: Request): MutationResult {
  const program = typeof policies === 'string' ? programOf(policies) : policies;
  const input = inputOf(request);
  const before = JSON.stringify(input.object);
  const result = mutate(program, input, now);
  if (JSON.stringify(input.object) !== before) throw new Error('the object was changed');
  const applied = applyPatch(input.object, result.patch);
  if (!applied.ok || JSON.stringify(applied.value) !== JSON.stringify(result.object)) {
    throw new Error(
      `the patch ${JSON.stringify(result.patch)} does not give ${JSON.stringify(result.object)}`,
    );
  }
  if (result.errors.length === 0) {
    const again = mutate(program, { ...input, object: result.object }, now);
    if (again.patch.length > 0) throw new Error(`a second time: ${JSON.stringify(again.patch)}`);
  }
  return result;
}

/** The operations in a line each. */
export function patchOf({ patch }: MutationResult): readonly string[] {
  return patch.map((operation) =>
    'value' in operation
      ? `${operation.op} ${operation.path} ${JSON.stringify(operation.value)}`
      : `${operation.op} ${operation.path}`,
  );
}

/** `policy/mutation place, place`. */
export function whoOf(list: readonly Mutated[]): readonly string[] {
  return list.map(
    ({ policy, mutation, changes }) =>
      `${policy}/${mutation} ${changes.map(({ path }) => formatPath(path)).join(', ')}`,
  );
}

export function pod(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { containers: [{ name: 'web', image: 'nginx:1.27' }], ...spec },
  };
}
