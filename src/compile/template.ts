import { parsePath } from '../jsonpath/index.ts';
import type { Problem } from './problem.ts';
import type { Scope } from './scope.ts';

/** A message whose braces are filled in from what the rule sees. Always one text, whatever the object holds. */
export type Template = (scope: Scope) => string;

/** What stands between braces, compiled; undefined where it has no value. */
export type Interpolation = (scope: Scope) => unknown;

/** What an interpolation that has no value is shown as. */
const unknown = '<unknown>';

/** How much of one value a message shows, in UTF-16 code units: an object may hold a megabyte in a name. */
const longest = 256;

const delimiters = /\{\{|\}\}/g;

/**
 * Compiles a message template, text with expressions in `{{ }}`. The problems' offsets count from the start of
 * the text.
 */
export function compileTemplate(text: string, problems: Problem[]): Template {
  const parts: (string | Interpolation)[] = [];
  let at = 0;
  let open = -1;
  for (const { 0: delimiter, index } of text.matchAll(delimiters)) {
    if (delimiter === '{{' && open < 0) {
      parts.push(text.slice(at, index));
      open = index;
    } else if (delimiter === '}}' && open >= 0) {
      const interpolation = compileInterpolation(text.slice(open + 2, index), open + 2, problems);
      if (interpolation !== undefined) parts.push(interpolation);
      at = index + 2;
      open = -1;
    }
  }
  if (open >= 0) {
    problems.push({
      code: 'AB1304',
      path: [],
      message: '`{{` is not closed',
      help: 'end the expression with `}}`',
      offset: open,
      length: 2,
    });
  }
  parts.push(text.slice(at));
  return (scope) => parts.map((part) => (typeof part === 'string' ? part : show(part(scope)))).join('');
}

/** The names that a path between braces may begin with. */
const roots: Readonly<Record<string, Interpolation>> = {
  item: (scope) => scope.item,
  object: (scope) => scope.object,
  oldObject: (scope) => scope.oldObject,
  pod: (scope) => scope.pod,
  request: (scope) => scope.request,
};

function compileInterpolation(text: string, start: number, problems: Problem[]): Interpolation | undefined {
  const source = text.trim();
  const offset = start + text.length - text.trimStart().length;
  const parsed = parsePath(source);
  if (!parsed.ok) {
    const { problem } = parsed;
    problems.push({ code: 'AB1304', path: [], ...problem, offset: offset + problem.offset });
    return undefined;
  }
  const [first] = parsed.path.steps;
  const name = first?.kind === 'name' ? first.name : '';
  const root = Object.hasOwn(roots, name) ? roots[name] : undefined;
  if (root === undefined) {
    problems.push({
      code: 'AB1304',
      path: [],
      message: `\`${source}\` begins with nothing that a message can see`,
      help: `begin with one of ${Object.keys(roots).join(', ')}`,
      offset,
      length: source.length,
    });
    return undefined;
  }
  return (scope) => parsed.path.first({ [name]: root(scope) });
}

function show(value: unknown): string {
  if (value === undefined || value === null) return unknown;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? unknown);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
