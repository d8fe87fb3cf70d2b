import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { evaluate } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import { customKinds, readManifests } from '../../src/manifest/index.ts';
import type { Finding, Policy } from '../../src/model/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

const root = resolve(import.meta.dirname, '../../policies');

/** A policy of the library, with everything that stands beside it. */
export interface StockPolicy {
  /** `category/name`. */
  readonly folder: string;
  readonly policy: Policy;
  readonly text: string;
  readonly readme: string;
  readonly fixtures: readonly Fixture[];
}

export interface Fixture {
  /** `deny.init-container.yaml` */
  readonly name: string;
  /** What the name says comes of it: `allow`, `warn`, `deny`. */
  readonly expected: string;
  readonly objects: number;
  /** Of the policy it belongs to. */
  readonly findings: readonly Finding[];
  /** Its text as its lines say it, for places. */
  readonly text: string;
}

/** Every policy of the library, its fixtures judged by it alone. */
export const library: readonly StockPolicy[] = globSync('*/*/policy.yaml', { cwd: root }).sort().map(read);

/** Files in the library that no policy accounts for. */
export function strays(): readonly string[] {
  const known = library.flatMap(({ folder, fixtures }) => [
    `${folder}/policy.yaml`,
    `${folder}/README.md`,
    ...fixtures.map(({ name }) => `${folder}/test/${name}`),
  ]);
  const files = globSync('**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return files.filter((file) => !known.includes(file));
}

function read(path: string): StockPolicy {
  const folder = dirname(path);
  const text = readFileSync(join(root, path), 'utf8');
  const loaded = load([{ file: path, text }], vocabulary);
  const [policy] = loaded.policies;
  if (policy === undefined || loaded.diagnostics.length > 0) {
    throw new Error(`${path}: ${JSON.stringify(loaded.diagnostics, null, 2)}`);
  }
  const names = globSync('test/*.yaml', { cwd: join(root, folder) }).map((file) => basename(file));
  return {
    folder,
    policy,
    text,
    readme: readFileSync(join(root, folder, 'README.md'), 'utf8'),
    fixtures: names.sort().map((name) => judge(policy, join(folder, 'test', name))),
  };
}

function judge(policy: Policy, path: string): Fixture {
  const text = readFileSync(join(root, path), 'utf8');
  const { documents, diagnostics } = readDocuments(path, text);
  const compiled = compile(
    { policies: [policy] },
    { kinds: customKinds(documents.map(({ value }) => value)) },
  );
  if (!compiled.ok || compiled.diagnostics.length > 0) {
    throw new Error(`${policy.name}: ${JSON.stringify(compiled.diagnostics, null, 2)}`);
  }
  const read = readManifests(documents, { kinds: compiled.program.kinds });
  const problems = [...diagnostics, ...read.diagnostics];
  if (problems.length > 0) throw new Error(`${path}: ${JSON.stringify(problems, null, 2)}`);
  const decisions = read.manifests.map(({ input }) => evaluate(compiled.program, input, Date.now()));
  for (const { errors } of decisions)
    if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  return {
    name: basename(path),
    expected: basename(path).split('.')[0] ?? '',
    objects: decisions.length,
    findings: decisions.flatMap(({ findings }) => findings),
    text,
  };
}
