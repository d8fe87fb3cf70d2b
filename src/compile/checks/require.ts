import { formatPath, missing } from '../../jsonpath/index.ts';
import { compilePaths, pathListSchema } from '../paths.ts';
import { type Check, type CheckDefinition, tooLarge } from './definition.ts';

/**
 * Paths that must be there. After a wildcard the rest must be there in every branch; null counts as absent, for
 * the API server drops it.
 */
export const require: CheckDefinition = {
  name: 'require',
  schema: pathListSchema('paths that must be there'),
  compile(value, problems) {
    const paths = compilePaths(value, problems);
    const check: Check = (item, _scope, report) => {
      let complete = true;
      for (const path of paths) {
        const searched = missing(item, path, (at) => {
          report(at, `\`${formatPath(at)}\` is missing`);
        });
        complete &&= searched;
      }
      return complete ? undefined : tooLarge;
    };
    return { check };
  },
};
