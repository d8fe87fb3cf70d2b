import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FunctionDeclaration, Library } from '../../src/cel/declaration.ts';
import { LIBRARIES } from '../../src/cel/library/index.ts';
import type { Macro } from '../../src/cel/macros/macro.ts';
import { OPTIONAL_MACROS } from '../../src/cel/macros/optional.ts';
import { SORT_MACROS } from '../../src/cel/macros/sort-by.ts';
import { STANDARD_MACROS } from '../../src/cel/macros/standard.ts';
import { TWO_VARIABLE_MACROS } from '../../src/cel/macros/two-variable.ts';
import { STANDARD } from '../../src/cel/standard/index.ts';
import { OPTIONALS } from '../../src/cel/standard/optionals.ts';
import { evaluate } from '../../src/cli/evaluating/evaluate.ts';
import { json } from '../../src/cli/evaluating/json.ts';
import { compilePrograms, environmentOf, variableSource } from '../../src/cli/evaluating/programs.ts';

const read = (page: string) => readFileSync(resolve(import.meta.dirname, '../../docs', page), 'utf8');
const page = read('expressions.md');

/** The rows of the tables beneath a heading: the code in the first cell, and the last cell. */
function rows(heading: string): readonly { readonly codes: readonly string[]; readonly last: string }[] {
  const [, section] = page.split(new RegExp(`^#+ ${heading}\\n`, 'm'));
  if (section === undefined) throw new Error(`the page has no heading ${heading}`);
  return (section.split(/^#+ /m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => ({
      codes: [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|')),
      last: (cells.at(-1) ?? '').trim(),
    }));
}

/** Every entry of a section with the version it came with: what `read` makes of the code in the first cells. */
const entries = (heading: string, read: (code: string) => string) =>
  rows(heading)
    .flatMap(({ codes, last }) => codes.map((code) => `${read(code)} since ${last === '' ? 'ever' : last}`))
    .sort();

const isOperator = ({ name }: FunctionDeclaration) => /^[_!-]|^@in$/.test(name);
const isInternal = ({ name }: FunctionDeclaration) => name.startsWith('@') && name !== '@in';
const since = (...versions: readonly (string | undefined)[]) =>
  versions
    .filter((version) => version !== undefined)
    .sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
    .at(-1) ?? 'ever';

/** The heading that a library's functions stand under, by its name. */
const headings: Readonly<Record<string, string>> = {
  standard: 'The language',
  optionals: 'Optionals',
  strings: 'Text',
  regex: 'Regular expressions',
  lists: 'Lists',
  'ext lists': 'More about lists',
  sets: 'Sets',
  quantity: 'Quantities',
  ip: 'IP addresses',
  cidr: 'CIDRs',
  url: 'URLs',
  semver: 'Semantic versions',
  format: 'Formats',
  authorizer: 'The authorizer',
};

const libraries: readonly Library[] = [STANDARD, OPTIONALS, ...LIBRARIES];

/** `.name` of what is called on a value, `name` or `namespace.name` of what is not. */
function functionOf(code: string): string {
  const [, receiver = '', name = ''] = /^([a-z]\.)?([\w.]+)\(/.exec(code) ?? [];
  return receiver === '' ? name : `.${name}`;
}

describe('the page of expressions has', () => {
  it.each(libraries)('every function of $name, the version it came with, and no other', (library) => {
    const declared = library.functions
      .filter((declaration) => !isOperator(declaration) && !isInternal(declaration))
      .map(
        ({ name, member, since: own }) => `${member ? '.' : ''}${name} since ${since(library.since, own)}`,
      );
    expect(entries(headings[library.name] ?? library.name, functionOf)).toEqual(declared.sort());
  });

  it('every operator and no other', () => {
    const spellings: Readonly<Record<string, string>> = { _in_: '@in', '_.?_': '_?._' };
    const operatorOf = (code: string): string => {
      const name = code.replaceAll(/\b[abc]\b/g, '_').replaceAll(' ', '');
      return spellings[name] ?? name;
    };
    const declared = new Map<string, string>();
    for (const library of [OPTIONALS, STANDARD]) {
      for (const operator of library.functions.filter(isOperator)) {
        declared.set(operator.name, since(library.since, operator.since));
      }
    }
    expect(entries('Operators', operatorOf)).toEqual(
      [...declared].map(([name, version]) => `${name} since ${version}`).sort(),
    );
  });

  it('every macro and no other', () => {
    const macros: readonly Macro[] = [
      ...STANDARD_MACROS,
      ...OPTIONAL_MACROS,
      ...TWO_VARIABLE_MACROS,
      ...SORT_MACROS,
    ];
    expect(entries('Macros', (code) => `${functionOf(code)}/${code.split(',').length}`)).toEqual(
      macros
        .map(
          ({ name, member, arguments: count, since: own }) =>
            `${member ? '.' : ''}${name}/${count} since ${since(own)}`,
        )
        .sort(),
    );
  });

  it('every variable and no other', () => {
    const { variables } = environmentOf({ plain: false }, {}, 'rule');
    expect(
      rows('What it sees')
        .flatMap(({ codes }) => codes)
        .sort(),
    ).toEqual([...variables.keys()].sort());
  });
});

it('the page of eval has every field of its JSON', () => {
  const variable = variableSource('a', '[1].map(x, x)');
  const keys = ['[1, 2].map(x, x + variables.a[0])', 'request.name', 'object.b'].flatMap((text) => {
    const source = { name: 'expression', text };
    const { programs } = compilePrograms(source, [variable], { plain: false });
    if (programs === undefined) throw new Error(`${text} does not compile`);
    const large = 'x'.repeat(32 * 1024 * 1024);
    const outcome = evaluate(
      programs,
      { object: {}, request: { name: large } },
      { path: 'spec', trace: true },
    );
    return keysOf(JSON.parse(json(source, [outcome], true)));
  });
  const fields = new Set(keys);
  expect(fields).toContain('shortened');
  expect(fields).toContain('parts');
  expect(fields).toContain('valueType');
  const evalPage = read('eval.md');
  expect([...fields].filter((field) => !new RegExp(`\`${field}(?:\\[\\])?\``).test(evalPage))).toEqual([]);
});

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysOf)];
}
