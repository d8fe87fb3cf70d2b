import { isObject } from '../change.ts';
import type { MutationDefinition } from './definition.ts';
import { untouched } from './definition.ts';
import { mergeOverlay } from './overlay.ts';
import { compileValueExpression } from './value.ts';

/** As `merge`, an overlay that an expression makes. */
export const mergeExpression: MutationDefinition = {
  name: 'mergeExpression',
  schema: {
    description: 'CEL: a map, which is merged as `merge` would; null merges nothing.',
    type: 'string',
    minLength: 1,
  },
  compile(value, problems, context) {
    const source = compileValueExpression(String(value), [], problems, context);
    if (source === undefined) return untouched;
    return {
      ...(source.needs !== undefined && { needs: source.needs }),
      mutate(site) {
        const worth = source.of(site.scope, site.allowance);
        if (worth === undefined) return undefined;
        if (!worth.ok) return worth.message;
        if (!isObject(worth.value)) return 'the expression gives no map';
        return mergeOverlay(worth.value, site, context.position);
      },
    };
  },
};
