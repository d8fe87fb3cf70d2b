import type { Path } from '../../model/index.ts';
import { tooLarge } from '../checks/definition.ts';
import { compilePaths, pathListSchema } from '../paths.ts';
import type { MutationDefinition } from './definition.ts';
import { namesOf } from './set.ts';

/** Whatever paths lead to; what is not there is not missed. */
export const remove: MutationDefinition = {
  name: 'remove',
  schema: pathListSchema('paths to take away'),
  compile(value, problems, context) {
    const paths = compilePaths(value, problems);
    for (const [index, { definite, steps }] of paths.entries()) {
      const at = Array.isArray(value) ? [index] : [];
      const fixed = definite ? context.fixed(namesOf(steps)) : undefined;
      if (fixed !== undefined) problems.push({ code: 'AB1505', message: fixed, path: at });
      if (steps.length === 0) {
        const help = 'write the way to what is beneath it';
        problems.push({ code: 'AB1301', message: 'the item as a whole cannot be removed', help, path: at });
      }
    }
    return {
      mutate({ draft, base }) {
        for (const path of paths) {
          const found: Path[] = [];
          const complete = path.select(draft.at(base), (_value, at) => {
            found.push([...base, ...at()]);
            return undefined;
          });
          if (!complete) return tooLarge;
          // From the last: what is before it keeps its place in a list.
          for (const at of found.reverse()) draft.remove(at);
        }
        return undefined;
      },
    };
  },
};
