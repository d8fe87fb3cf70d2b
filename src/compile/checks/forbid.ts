import { formatPath } from '../../jsonpath/index.ts';
import { compilePaths, pathListSchema } from '../paths.ts';
import { type Check, type CheckDefinition, tooLarge } from './definition.ts';

/** Paths that must not be there. Null counts as absent, for the API server drops it. */
export const forbid: CheckDefinition = {
  name: 'forbid',
  schema: pathListSchema('paths that must not be there'),
  compile(value, problems) {
    const paths = compilePaths(value, problems);
    const check: Check = (item, _scope, report) => {
      let complete = true;
      for (const path of paths) {
        if (path.definite && (path.first(item) ?? null) === null) continue;
        complete &&= path.select(item, (found, at) => {
          if (found !== null && found !== undefined) report(at(), `\`${formatPath(at())}\` is not allowed`);
        });
      }
      return complete ? undefined : tooLarge;
    };
    return { check };
  },
};
