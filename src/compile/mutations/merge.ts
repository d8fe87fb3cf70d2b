import { formatPath } from '../../jsonpath/index.ts';
import type { Path } from '../../model/index.ts';
import { isObject } from '../change.ts';
import type { Problem } from '../problem.ts';
import { type MutationContext, type MutationDefinition, untouched } from './definition.ts';
import { mergeOverlay } from './overlay.ts';
import { literal } from './value.ts';

/** An overlay, merged as server-side apply would. */
export const merge: MutationDefinition = {
  name: 'merge',
  schema: {
    description: 'A part of the item, which is merged into it as server-side apply would.',
    type: 'object',
    minProperties: 1,
  },
  compile(overlay, problems, context) {
    const source = literal(overlay, [], problems);
    fixedProblems(overlay, [], problems, context);
    if (source === undefined) return untouched;
    return {
      mutate(site) {
        const worth = source.of(site.scope, site.allowance);
        if (worth?.ok === false) return worth.message;
        return mergeOverlay(overlay, site, context.position);
      },
    };
  },
};

function fixedProblems(value: unknown, path: Path, problems: Problem[], context: MutationContext): void {
  const message = path.length === 0 ? undefined : context.fixed(path);
  if (message !== undefined) {
    const help = `leave \`${formatPath(path)}\` out of the overlay`;
    problems.push({ code: 'AB1505', message, help, path, part: 'key' });
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) fixedProblems(item, [...path, key], problems, context);
  }
}
