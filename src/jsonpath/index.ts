import { type CompiledPath, compile } from './compile.ts';
import { type PathForm, parseSteps } from './parse.ts';
import type { PathProblem } from './scanner.ts';

export type { CompiledPath } from './compile.ts';
export { missing, type Report } from './missing.ts';
export type { PathForm } from './parse.ts';
export { type Filter, formatPath, type PathStep } from './path.ts';
export type { PathProblem } from './scanner.ts';
export type { Visit } from './walk.ts';

export type PathResult =
  | { readonly ok: true; readonly path: CompiledPath }
  | { readonly ok: false; readonly problem: PathProblem };

/**
 * Reads a JSONPath once, to be walked many times. Both ways of writing are taken, `$.spec.volumes[*].hostPath`
 * and `spec.volumes[*].hostPath`, unless `form` wants one of them.
 *
 * Names (`.name`, `["odd/name"]`), indexes (`[0]`, `[-1]`), wildcards, unions, slices, one `..` and filters
 * (`[?(@.name == 'x' && !@.args)]`; a path alone asks whether it is there, as in RFC 9535) are understood.
 */
export function parsePath(text: string, options: { readonly form?: PathForm } = {}): PathResult {
  const parsed = parseSteps(text, options.form ?? 'any');
  return parsed.ok ? { ok: true, path: compile(text, parsed.steps) } : parsed;
}
