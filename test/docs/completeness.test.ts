import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { vocabulary } from '../../src/compile/index.ts';
import { selections } from '../../src/compile/items.ts';
import { documentKinds, policySchema } from '../../src/load/index.ts';
import { reporters } from '../../src/report/index.ts';
import { finding, object, report } from '../report/reports.ts';

const root = resolve(import.meta.dirname, '../..');
/** What a page links to. */
const linksOf = (page: string) => [...read(page).matchAll(/\]\(([^)]*)\)/g)].map(([, link]) => link);

const read = (page: string) => readFileSync(join(root, page), 'utf8');

/** Every key of a value and of what is in it. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...new Set([...own, ...Object.values(value).flatMap(keysOf)])];
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

describe('the tests', () => {
  it.each(commands)('have a file for the command $name', ({ name }) => {
    expect(globSync(`test/cli/${name}.test.ts`, { cwd: root })).toHaveLength(1);
  });

  it.each(reporters)('have a file for the output format $name', ({ name }) => {
    expect(globSync(`test/report/${name}.test.ts`, { cwd: root })).toHaveLength(1);
  });
});

describe('the pages', () => {
  it.each(commands)('have one for the command $name, which the README links to', ({ name }) => {
    expect(read(`docs/${name}.md`)).toMatch(new RegExp(`^# .*\\b${name}\\b`));
    expect(linksOf('README.md')).toContain(`docs/${name}.md`);
  });

  it.each(reporters)('have the output format $name', ({ name }) => {
    expect(read('docs/check.md')).toMatch(new RegExp(`\`${name}\`|--output ${name}`));
  });

  it('have every field of the JSON report', () => {
    const everything = report(
      [
        object(
          [finding({ runbook: 'x', binding: 'b', exception: { name: 'n/e', reason: 'r', state: 'Active' } })],
          {},
          [{ policy: 'p', rule: 'r', message: 'm', action: 'Deny', denies: true, unknown: false }],
        ),
      ],
      {
        diagnostics: [
          {
            code: 'AB1001',
            severity: 'error',
            message: 'm',
            help: 'h',
            file: 'f',
            span: { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 2, offset: 1 } },
          },
        ],
      },
    );
    const json = reporters.find(({ name }) => name === 'json');
    const keys = keysOf(JSON.parse(json?.render(everything, { colour: false, quiet: false }) ?? ''));
    expect(keys).toContain('skippedOthers');
    const page = read('docs/check.md');
    expect(keys.filter((key) => !new RegExp(`\`${key}(?:\\[\\])?\``).test(page))).toEqual([]);
  });

  it('have every field of a policy, every check and every selection', () => {
    const page = read('docs/policies.md');
    const spec = (policySchema(vocabulary) as Schema).properties?.['spec']?.properties ?? {};
    const fields = [
      ...Object.keys(spec),
      ...Object.keys(spec['match']?.properties ?? {}),
      ...Object.keys(spec['exclude']?.properties ?? {}),
      ...Object.keys(spec['rules']?.items?.properties ?? {}),
      ...Object.keys(selections),
    ];
    expect(fields).toContain('objectSelector');
    expect(fields).toContain('schema');
    expect(
      fields.filter((field) => !new RegExp(`\`(?:spec\\.|spec\\.rules\\[\\]\\.)?${field}\``).test(page)),
    ).toEqual([]);
  });

  it('have every field of a mutation', () => {
    const page = read('docs/mutations.md');
    const spec = (policySchema(vocabulary) as Schema).properties?.['spec']?.properties ?? {};
    const mutation = spec['mutations']?.items?.properties ?? {};
    const fields = [
      ...Object.keys(mutation),
      ...Object.keys(mutation['set']?.properties ?? {}),
      ...Object.keys(mutation['jsonPatch']?.items?.properties ?? {}),
    ];
    expect(fields).toContain('pathExpression');
    const named = (field: string) => page.includes(`\`${field}\``) || page.includes(`.${field}\``);
    expect(fields.filter((field) => !named(field))).toEqual([]);
  });

  it.each([
    ['bindings', documentKinds.bindings],
    ['exceptions', documentKinds.exceptions],
  ])('%s.md has every field of its kind', (page, kind) => {
    const fields = Object.keys((kind.schema(vocabulary) as Schema).properties?.['spec']?.properties ?? {});
    expect(fields.length).toBeGreaterThan(3);
    const text = read(`docs/${page}.md`);
    expect(
      fields.filter((field) => !new RegExp(`^\\|.*\`(?:spec\\.)?${field}\`.*\\|`, 'm').test(text)),
    ).toEqual([]);
  });
});
