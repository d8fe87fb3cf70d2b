import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Packs, policiesOf } from '../../src/cli/packs.ts';
import { vocabulary } from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';
import type { Policy } from '../../src/model/index.ts';

const policies = resolve(import.meta.dirname, '../../policies');

/** Every stock policy, by `category/name`. */
export function stock(): ReadonlyMap<string, Policy> {
  const files = globSync('*/*/policy.yaml', { cwd: policies }).sort();
  return new Map(
    files.map((file) => {
      const [policy] = load(
        [{ file, text: readFileSync(join(policies, file), 'utf8') }],
        vocabulary,
      ).policies;
      if (policy === undefined) throw new Error(`${file} cannot be read`);
      return [dirname(file), policy];
    }),
  );
}

/** The page of all packs and policies, made of the documents themselves. */
export function cataloguePage(packs: Packs, library: ReadonlyMap<string, Policy>): string {
  const categories = [...Map.groupBy(library, ([folder]) => dirname(folder))];
  return `# Catalogue

The stock policies, and the packs that they come in. This page is made of the policies themselves.

${packs.packs.map(({ name }) => `- [${name}](#pack-${name})`).join('\n')}
${categories.map(([category]) => `- [${category}](#${category})`).join('\n')}

A pack is taken by its name, wherever policies are: \`abatis check --pack restricted\`.

${packs.packs.map((pack) => packSection(pack, packs)).join('\n')}
${categories.map(([category, rows]) => categorySection(category, rows, packs)).join('\n')}`;
}

function packSection(
  { name, title, description, includes = [] }: Packs['packs'][number],
  packs: Packs,
): string {
  const members = policiesOf(name, packs);
  const list = members.map((folder) => `[${folder.split('/')[1]}](../policies/${folder})`);
  const also = includes.map((each) => ` It includes [${each}](#pack-${each}).`).join('');
  return `## Pack ${name}

${title}. ${description.trim()}${also}

${members.length === 0 ? '' : `${members.length} policies:\n${list.join(',\n')}.\n`}`;
}

function categorySection(
  category: string,
  rows: readonly (readonly [string, Policy])[],
  packs: Packs,
): string {
  const lines = rows.map(([folder, { name, spec }]) => {
    const inPacks = packs.packs.filter((pack) => policiesOf(pack.name, packs).includes(folder));
    const judges = spec.rules.length === 0 ? [] : spec.enforcement.map(({ action }) => verbs[action]);
    const actions = [...new Set([...judges, ...(spec.mutations === undefined ? [] : ['amends'])])].join(', ');
    const cells = [
      `[${name}](../policies/${folder})`,
      actions,
      spec.severity,
      spec.title ?? '',
      inPacks.map((pack) => pack.name).join(', '),
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `## ${category}

| policy | | severity | | packs |
| --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}

const verbs = { Audit: 'notes', Warn: 'warns', Deny: 'denies' } as const;
