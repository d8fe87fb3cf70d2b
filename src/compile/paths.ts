import { type CompiledPath, parsePath } from '../jsonpath/index.ts';
import type { JsonObject } from '../model/index.ts';
import type { Problem } from './problem.ts';

/** The JSON Schema of one path or a list of them. */
export function pathListSchema(description: string): JsonObject {
  const path = { type: 'string', minLength: 1 };
  return { description, anyOf: [path, { type: 'array', items: path, minItems: 1 }] };
}

/** The paths of a rule's `require` or `forbid`; a fault is reported at the path that has it. */
export function compilePaths(value: unknown, problems: Problem[]): readonly CompiledPath[] {
  const single = !Array.isArray(value);
  const texts: readonly unknown[] = single ? [value] : value;
  const paths: CompiledPath[] = [];
  for (const [index, text] of texts.entries()) {
    const parsed = parsePath(String(text));
    if (parsed.ok) paths.push(parsed.path);
    else problems.push({ code: 'AB1301', path: single ? [] : [index], ...parsed.problem });
  }
  return paths;
}
