import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type Form, problemsOf } from '../fields/index.ts';
import { didYouMean } from '../suggest/index.ts';
import { readDocuments } from '../yaml/index.ts';
import { stockPolicies } from './package.ts';

/** A named set of stock policies. */
export interface Pack {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Other packs that are part of it. */
  readonly includes?: readonly string[];
  /** `category/name` */
  readonly policies: readonly string[];
  /** Files of bindings beside the policies, by which they are another thing in this pack. */
  readonly bindings?: readonly string[];
}

export interface Packs {
  readonly packs: readonly Pack[];
  /** Policies that are in no pack, on purpose. */
  readonly unpacked: readonly string[];
}

/** The file of the packs, beside the policies. */
export const packFile = 'packs.yaml';

/** How the names of files end that belong to a pack, and count with it only. */
export const packSuffix = '.pack.yaml';

/** What judges where nobody says what. */
export const defaultPack = 'best-practices';

const text: Form = { is: 'text' };
const texts: Form = { is: 'list', of: text, mayBeEmpty: true };
const form: Form = {
  is: 'fields',
  required: ['packs', 'unpacked'],
  fields: {
    packs: {
      is: 'list',
      of: {
        is: 'fields',
        required: ['name', 'title', 'description', 'policies'],
        fields: {
          name: text,
          title: text,
          description: text,
          includes: texts,
          policies: texts,
          bindings: texts,
        },
      },
    },
    unpacked: texts,
  },
};

/** The packs that the package ships. A file of the wrong shape is a bug of ours, and thrown. */
export function readPacks(): Packs {
  const file = join(stockPolicies(), packFile);
  const { documents, diagnostics } = readDocuments(file, readFileSync(file, 'utf8'));
  const [document] = documents;
  const problems = [...diagnostics, ...problemsOf(document?.value, form)];
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`${file}: ${problem.message}`);
  return document?.value as Packs;
}

/** The policies of a pack and of those that it includes, `category/name`, sorted and each once. */
export function policiesOf(name: string, packs: Packs): readonly string[] {
  return collected(name, packs, ({ policies }) => policies);
}

/** The same of their files of bindings. */
export function bindingsOf(name: string, packs: Packs): readonly string[] {
  return collected(name, packs, ({ bindings = [] }) => bindings);
}

function collected(
  name: string,
  { packs }: Packs,
  membersOf: (pack: Pack) => readonly string[],
): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const add = (each: string): void => {
    const pack = packs.find((candidate) => candidate.name === each);
    if (pack === undefined) throw new Error(`there is no pack ${each}`);
    if (seen.has(each)) return;
    seen.add(each);
    for (const member of membersOf(pack)) found.add(member);
    for (const included of pack.includes ?? []) add(included);
  };
  add(name);
  return [...found].sort();
}

/** What the user chose to judge by. */
export interface PolicyChoice {
  readonly policies?: readonly string[];
  readonly pack?: readonly string[];
}

/** Declares `--policies` and `--pack` on a command. */
export function policyOptions(command: Command): Command {
  return packOption(
    command.option(
      '-p, --policies <path>',
      'a policy file, or a folder of them; can be given again',
      collect,
    ),
    `a pack of stock policies; can be given again (default: ${defaultPack}, where there are no policies either)`,
  );
}

/** Declares `--pack` alone, on a command that takes policies as its arguments. */
export function packOption(command: Command, description: string): Command {
  return command.option('--pack <name>', description, collectPack);
}

/** The files and folders of what was chosen. */
export function policyPaths({ policies = [], pack }: PolicyChoice): readonly string[] {
  const packs = pack ?? (policies.length === 0 ? [defaultPack] : []);
  if (packs.length === 0) return policies;
  const known = readPacks();
  const names = new Set(packs.flatMap((name) => policiesOf(name, known)));
  const bindings = new Set(packs.flatMap((name) => bindingsOf(name, known)));
  const files = [...[...names].sort().map((name) => join(name, 'policy.yaml')), ...bindings];
  return [...policies, ...files.map((file) => join(stockPolicies(), file))];
}

/** The folders of the policies of packs, each with its tests. */
export function packFolders(packs: readonly string[]): readonly string[] {
  const known = readPacks();
  const names = new Set(packs.flatMap((name) => policiesOf(name, known)));
  return [...names].sort().map((name) => join(stockPolicies(), name));
}

/** What to say to a user who chose nothing; undefined where they did. */
export function choiceNote({ policies, pack }: PolicyChoice, count: number): string | undefined {
  if (policies !== undefined || pack !== undefined) return undefined;
  return `judging by the pack \`${defaultPack}\`, ${count} policies; \`--pack\` takes another one, \`--policies\` your own\n`;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function collectPack(value: string, before: readonly string[] = []): readonly string[] {
  const names = readPacks().packs.map(({ name }) => name);
  if (names.includes(value)) return [...before, value];
  throw new InvalidArgumentError(didYouMean(value, names) ?? `it takes one of ${names.join(', ')}`);
}
