import { BOOL } from '../../cel/index.ts';
import { CelError, compileExpression, errorText, quoteExpression } from '../expressions/index.ts';
import type { CheckDefinition } from './definition.ts';

/** CEL, true is good. */
export const expression: CheckDefinition = {
  name: 'expression',
  schema: { description: 'CEL: true is good.', type: 'string', minLength: 1 },
  compile(value, problems, { surroundings, variables }) {
    const source = String(value);
    const compiled = compileExpression(source, surroundings, { expect: BOOL, variables, path: [] }, problems);
    if (compiled === undefined) return { check: () => undefined };
    const wording = `${quoteExpression(source)} does not hold`;
    return {
      needs: compiled.needs,
      check(_item, scope, report) {
        const result = compiled.evaluate(scope);
        if (result instanceof CelError) return errorText(result, source);
        if (result !== true) report([], wording);
        return undefined;
      },
    };
  },
};
