import { type Environment, parse, toText } from '../cel/index.ts';
import {
  CelError,
  compileExpression,
  type Expression,
  type Surroundings,
  type VariableNeeds,
} from './expressions/index.ts';
import type { Problem } from './problem.ts';
import type { Scope } from './scope.ts';

/** A message whose braces are filled in from what the rule sees. Always one text, whatever the object holds. */
export type Template = (scope: Scope) => string;

/** What an expression that fails is shown as. */
const unknown = '<unknown>';

/** How much of one value a message shows, in UTF-16 code units: an object may hold a megabyte in a name. */
const longest = 256;

/**
 * Compiles a message template, text with expressions in `{{ }}`. The problems' offsets count from the start of
 * the text.
 */
export function compileTemplate(
  text: string,
  surroundings: Surroundings,
  variables: VariableNeeds,
  problems: Problem[],
): Template {
  const parts: (string | Expression)[] = [];
  let at = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    const close = closing(text, open + 2, surroundings.environment);
    if (close < 0) {
      problems.push({
        code: 'AB1304',
        path: [],
        message: '`{{` is not closed',
        help: 'end the expression with `}}`',
        offset: open,
        length: 2,
      });
      break;
    }
    parts.push(text.slice(at, open));
    const options = { variables, path: [], shift: open + 2, role: 'message' } as const;
    const expression = compileExpression(text.slice(open + 2, close), surroundings, options, problems);
    if (expression !== undefined) parts.push(expression);
    at = close + 2;
  }
  parts.push(text.slice(at));
  return (scope) => parts.map((part) => (typeof part === 'string' ? part : show(part, scope))).join('');
}

/** The expressions in a template that has been found without fault, and where each begins. */
export function templateExpressions(
  text: string,
  environment: Environment,
): readonly { readonly start: number; readonly source: string }[] {
  const found: { readonly start: number; readonly source: string }[] = [];
  for (let open = text.indexOf('{{'); open >= 0; ) {
    const close = closing(text, open + 2, environment);
    if (close < 0) break;
    found.push({ start: open + 2, source: text.slice(open + 2, close) });
    open = text.indexOf('{{', close + 2);
  }
  return found;
}

/**
 * Where the expression that begins at `start` ends: at the first braces behind which it is whole, for an expression
 * may have braces of its own. At the first of all where it is whole nowhere.
 */
function closing(text: string, start: number, environment: Environment): number {
  const first = text.indexOf('}}', start);
  for (let end = first; end >= 0; end = text.indexOf('}}', end + 1)) {
    if (parse(text.slice(start, end), environment).length === 0) return end;
  }
  return first;
}

function show(expression: Expression, scope: Scope): string {
  const value = expression.evaluate(scope);
  if (value instanceof CelError || value === null) return unknown;
  const text = toText(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
