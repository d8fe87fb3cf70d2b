import { existsSync, globSync, readFileSync } from 'node:fs';
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
  /** What `tests.yaml` expects: of deletions, users and whatever else a manifest does not tell. */
  readonly expectations: readonly Expectation[];
  /** Files that `tests.yaml` names. */
  readonly named: readonly string[];
}

export interface Expectation {
  readonly action?: string;
  readonly rules?: readonly string[];
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
  const known = library.flatMap(({ folder, fixtures, expectations, named }) => [
    `${folder}/policy.yaml`,
    `${folder}/README.md`,
    ...(expectations.length > 0 ? [`${folder}/test/tests.yaml`] : []),
    ...named.map((name) => `${folder}/test/${name}`),
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
  const names = globSync('test/{allow,warn,deny,unmatched}.*.yaml', { cwd: join(root, folder) }).map((file) =>
    basename(file),
  );
  const tests = table(folder);
  return {
    folder,
    policy,
    text,
    readme: readFileSync(join(root, folder, 'README.md'), 'utf8'),
    fixtures: names.sort().map((name) => judge(policy, join(folder, 'test', name))),
    expectations: tests.map(({ expect }) => expect),
    named: tests
      .flatMap(({ object, oldObject }) => [object, oldObject])
      .filter((object) => typeof object === 'string'),
  };
}

interface Test {
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly expect: Expectation;
}

function table(folder: string): readonly Test[] {
  const file = `${folder}/test/tests.yaml`;
  if (!existsSync(join(root, file))) return [];
  const { documents } = readDocuments(file, readFileSync(join(root, file), 'utf8'));
  return documents.flatMap(({ value }) => (value as { readonly tests: readonly Test[] }).tests);
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
  for (const { errors } of decisions) {
    for (const { message, unknown } of errors) {
      // Who asks is not known here: `tests.yaml` says what comes of it.
      if (!unknown) throw new Error(`${path}: ${message}`);
    }
  }
  return {
    name: basename(path),
    expected: basename(path).split('.')[0] ?? '',
    objects: decisions.length,
    findings: decisions.flatMap(({ findings }) => findings),
    text,
  };
}
