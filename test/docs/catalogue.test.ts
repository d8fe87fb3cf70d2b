import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { cataloguePage, stock } from './catalogue.ts';

const file = join(resolve(import.meta.dirname, '../..'), 'docs/catalogue.md');
const packs = readPacks();
const library = stock();

describe('the catalogue', () => {
  it('is that of the policies as they are (`UPDATE_DOCS=1` writes it)', () => {
    const page = cataloguePage(packs, library);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, page);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(page);
  });
});

describe('the packs', () => {
  it('have names of their own, and include packs that there are', () => {
    const names = packs.packs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { includes = [] } of packs.packs) for (const each of includes) expect(names).toContain(each);
    expect(names).toEqual(expect.arrayContaining(['best-practices', 'baseline', 'restricted', 'mutations']));
  });

  it('are of policies that there are, each once', () => {
    const named = [...packs.packs.flatMap(({ policies }) => policies), ...packs.unpacked];
    expect(named.filter((policy) => !library.has(policy))).toEqual([]);
    for (const { policies } of packs.packs) expect(new Set(policies).size).toBe(policies.length);
  });

  it('have every policy, or name it as one that is in none', () => {
    const packed = new Set(packs.packs.flatMap(({ name }) => policiesOf(name, packs)));
    expect(
      [...library.keys()].filter((policy) => packed.has(policy) === packs.unpacked.includes(policy)),
    ).toEqual([]);
  });
});
