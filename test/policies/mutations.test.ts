import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policiesOf, readPacks } from '../../src/cli/packs.ts';
import { compile, type Program, vocabulary } from '../../src/compile/index.ts';
import { defaultedInput } from '../../src/defaulting/index.ts';
import { admit, mutate } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';
import { readPage } from '../docs/console.ts';

const root = resolve(import.meta.dirname, '../../policies');
const now = Date.UTC(2026, 0, 1);

/** All of packs, with the bindings that their pages show. */
function programOf(...packs: readonly string[]): Program {
  const known = readPacks();
  const folders = [...new Set(packs.flatMap((pack) => policiesOf(pack, known)))];
  const sources = folders.flatMap((folder) => {
    const page = readPage(readFileSync(join(root, folder, 'README.md'), 'utf8'));
    const bindings = page.files.filter(({ content }) => content.includes('kind: PolicyBinding'));
    return [
      { file: folder, text: readFileSync(join(root, folder, 'policy.yaml'), 'utf8') },
      ...bindings.map(({ path, content }) => ({ file: `${folder}/${path}`, text: content })),
    ];
  });
  const compiled = compile(load(sources, vocabulary));
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  return compiled.program;
}

function inputsOf(file: string, text: string, program: Program) {
  const { manifests } = readManifests(readDocuments(file, text).documents, { kinds: program.kinds });
  return manifests.map(({ input }) => defaultedInput(input));
}

const fixtures = globSync('mutations/*/test/*.yaml', { cwd: root })
  .filter((file) => !basename(file).startsWith('tests.'))
  .sort();

describe('all stock mutations together', () => {
  const program = programOf('mutations');

  it.each(fixtures)('let %s come to rest', (file) => {
    for (const input of inputsOf(file, readFileSync(join(root, file), 'utf8'), program)) {
      const { object, errors } = mutate(program, input, now);
      // Of a namespace that no document is about, CI knows no labels.
      expect(errors.filter(({ unknown }) => !unknown)).toEqual([]);
      expect(mutate(program, defaultedInput({ ...input, object }), now).patch).toEqual([]);
    }
  });

  it('make of a Pod that says nothing one that the Pod Security Standard "restricted" has nothing against', () => {
    const bare =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx:1.27}]}\n';
    const both = programOf('mutations', 'restricted');
    const [input] = inputsOf('bare.yaml', bare, both);
    if (input === undefined) throw new Error('there is no Pod');
    const alone = admit(programOf('restricted'), input, now).decision.findings.map(({ policy }) => policy);
    expect(new Set(alone)).toEqual(
      new Set([
        'capabilities-restricted',
        'no-privilege-escalation',
        'run-as-non-root',
        'seccomp-restricted',
      ]),
    );
    expect(admit(both, input, now).decision.findings).toEqual([]);
  });
});
