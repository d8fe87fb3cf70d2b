import { compileSchema } from '../schema/index.ts';
import type { CheckDefinition } from './definition.ts';

/** JSON Schema, of which each fault is a finding at its own place. */
export const schema: CheckDefinition = {
  name: 'schema',
  schema: { description: 'JSON Schema 2020-12 that the item must meet.', type: ['object', 'boolean'] },
  compile(value, problems) {
    const compiled = compileSchema(value as object | boolean);
    if (!compiled.ok) {
      problems.push(...compiled.faults.map((fault) => ({ code: 'AB1302' as const, ...fault })));
      return { check: () => undefined };
    }
    return {
      check(item, _scope, report) {
        for (const { path, wording } of compiled.validate(item)) report(path, wording);
        return undefined;
      },
    };
  },
};
