import type { CheckDefinition } from './definition.ts';
import { expression } from './expression.ts';
import { forbid } from './forbid.ts';
import { require } from './require.ts';
import { schema } from './schema.ts';

export { type Check, type CheckContext, type CheckDefinition, type Report, tooLarge } from './definition.ts';

/** Every check that a rule can be written as. */
export const checks: readonly CheckDefinition[] = [require, forbid, schema, expression];
