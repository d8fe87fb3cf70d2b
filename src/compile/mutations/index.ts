import type { MutationDefinition } from './definition.ts';
import { jsonPatch } from './json-patch.ts';
import { merge } from './merge.ts';
import { mergeExpression } from './merge-expression.ts';
import { remove } from './remove.ts';
import { set } from './set.ts';

export { Allowance } from './allowance.ts';
export type { Mutate, MutationContext, MutationDefinition, Site } from './definition.ts';
export { fixedAt, fixedChange } from './fixed.ts';

/** Every form that a mutation can be written in. */
export const mutationForms: readonly MutationDefinition[] = [merge, mergeExpression, set, remove, jsonPatch];
