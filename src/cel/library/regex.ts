import { compile, type Regex } from '../../regex/index.ts';
import { codePoints, REGEX_LENGTH, TRAVERSAL } from '../cost-size.ts';
import type { FunctionDeclaration, Implementation, Library } from '../declaration.ts';
import { INT, listType, STRING } from '../type.ts';
import { CelError, failure, type Value } from '../value.ts';

const STRINGS = listType(STRING);

const notRegex = (pattern: string, message: string): CelError =>
  failure(`\`${pattern}\` is not a regular expression: ${message}`);

function find(text: string, pattern: string): Value | CelError {
  const compiled = compile(pattern);
  return compiled.ok ? compiled.regex.find(text) : notRegex(pattern, compiled.message);
}

function allMatches(regex: Regex, text: string, limit: number | bigint): Value | CelError {
  return (
    regex.findAll(text, Number(limit)) ??
    new CelError('searching this text for all matches takes too long', -1, -1, undefined, true)
  );
}

function findAll(text: string, pattern: string, limit: number | bigint = -1): Value | CelError {
  const compiled = compile(pattern);
  return compiled.ok ? allMatches(compiled.regex, text, limit) : notRegex(pattern, compiled.message);
}

type Prepare = NonNullable<FunctionDeclaration['prepare']>;

/** A literal pattern is compiled with the expression, which is refused if that fails. */
const prepare = (implement: (regex: Regex) => Implementation): Prepare => ({
  argument: 1,
  with: (literal) => {
    const pattern = String(literal);
    const compiled = compile(pattern);
    return compiled.ok ? implement(compiled.regex) : notRegex(pattern, compiled.message);
  },
});

/** As for `matches`: the text read once, times a guess at the pattern's states. */
const cost = (_result: unknown, text: string, pattern: string): number =>
  Math.ceil((1 + codePoints(text)) * TRAVERSAL) * Math.ceil(codePoints(pattern) * REGEX_LENGTH);

/** Searching with regular expressions (apiserver pkg/cel/library/regex.go). */
export const REGEX: Library = {
  name: 'regex',
  functions: [
    {
      name: 'find',
      member: true,
      overloads: [
        { id: 'string_find_string', parameters: [STRING, STRING], result: STRING, call: find, cost },
      ],
      prepare: prepare((regex) => (text: string) => regex.find(text)),
    },
    {
      name: 'findAll',
      member: true,
      overloads: [
        {
          id: 'string_find_all_string',
          parameters: [STRING, STRING],
          result: STRINGS,
          call: (text: string, pattern: string) => findAll(text, pattern),
          cost,
        },
        {
          id: 'string_find_all_string_int',
          parameters: [STRING, STRING, INT],
          result: STRINGS,
          call: findAll,
          cost,
        },
      ],
      prepare: prepare(
        (regex) =>
          (text: string, _pattern: string, limit: number | bigint = -1) =>
            allMatches(regex, text, limit),
      ),
    },
  ],
};
