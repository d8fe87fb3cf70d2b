import type { JsonObject } from '../model/index.ts';
import { definition } from '../openapi/index.ts';
import { isObject, own } from './object.ts';
import { planOf } from './plan.ts';
import { walk } from './walk.ts';

/**
 * Whether the API server fills a field in whatever else is in the object, so that it is there when webhooks are asked.
 * @param name that of a definition that OpenAPI has
 * @param path the fields from there; those before the last are there
 */
export function isAlwaysFilled(name: string, path: readonly string[]): boolean {
  const others = definition(name).fieldNames.filter((field) => field !== path[0]);
  // What is filled in may depend on what is there: nothing, or everything else.
  return [[], others].every((beside) => {
    const inner = path.slice(1, -1).reduceRight<JsonObject>((below, field) => ({ [field]: below }), {});
    const [first = ''] = path;
    const object = {
      ...Object.fromEntries(beside.map((field) => [field, {}])),
      ...(path.length > 1 && { [first]: inner }),
    };
    let value: unknown = walk(planOf(name), object, 0);
    for (const field of path) {
      if (!isObject(value) || !Object.hasOwn(value, field)) return false;
      value = own(value, field);
    }
    return value !== null;
  });
}
