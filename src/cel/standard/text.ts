import { compile as compilePattern } from '../../regex/index.ts';
import { codePoints, REGEX_LENGTH, TRAVERSAL, traversal } from '../cost-size.ts';
import type { FunctionDeclaration, Overload } from '../declaration.ts';
import { BOOL, STRING } from '../type.ts';
import { type CelError, failure, type Value } from '../value.ts';

const member = (
  name: string,
  id: string,
  call: Overload['call'],
  cost: Overload['cost'],
): FunctionDeclaration => ({
  name,
  member: true,
  overloads: [{ id, parameters: [STRING, STRING], result: BOOL, call, ...(cost !== undefined && { cost }) }],
});

const readReceiver = (_result: unknown, text: string): number => traversal(text);

/** Kubernetes' cost of a match: the text read once, times a guess at the pattern's states. */
export const matchCost = (_result: unknown, text: string, pattern: string): number =>
  Math.ceil((1 + codePoints(text)) * TRAVERSAL) * Math.ceil(codePoints(pattern) * REGEX_LENGTH);

function matches(text: string, pattern: string): Value | CelError {
  const compiled = compilePattern(pattern);
  return compiled.ok ? compiled.regex.test(text) : failure(`\`${pattern}\` is not a regular expression`);
}

const prepare: FunctionDeclaration['prepare'] = {
  argument: 1,
  with: (pattern) => {
    const compiled = compilePattern(String(pattern));
    if (!compiled.ok) return failure(`\`${pattern}\` is not a regular expression: ${compiled.message}`);
    const regex = compiled.regex;
    return (text: string) => regex.test(text);
  },
};

const signature = { parameters: [STRING, STRING], result: BOOL, call: matches } as const;

/** The members of strings that the language itself has (cel-go common/stdlib, common/types/string.go). */
export const TEXT: readonly FunctionDeclaration[] = [
  member(
    'contains',
    'contains_string',
    (text: string, part: string) => text.includes(part),
    (_result: unknown, text: string, part: string) => traversal(text) * traversal(part),
  ),
  member('endsWith', 'ends_with_string', (text: string, part: string) => text.endsWith(part), readReceiver),
  member(
    'startsWith',
    'starts_with_string',
    (text: string, part: string) => text.startsWith(part),
    readReceiver,
  ),
  // Only the member's cost is known to cel-go's tables; the global form costs 1.
  { name: 'matches', member: false, overloads: [{ id: 'matches', ...signature }], prepare },
  {
    name: 'matches',
    member: true,
    overloads: [{ id: 'matches_string', ...signature, cost: matchCost }],
    prepare,
  },
];
