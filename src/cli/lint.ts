import { Option } from 'commander';
import { defaultNamespace, vocabulary } from '../compile/index.ts';
import { lint } from '../lint/index.ts';
import { load } from '../load/index.ts';
import { customKinds } from '../manifest/index.ts';
import type { Diagnostic } from '../model/index.ts';
import { diagnosticEntry, renderDiagnostics } from '../report/index.ts';
import type { Timestamp } from '../time/index.ts';
import { expandLists, readDocuments } from '../yaml/index.ts';
import { kubernetesVersion, milliseconds, namespaceName, time } from './arguments.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { untried } from './linting/untried.ts';
import { packOption, policyPaths } from './packs.ts';
import { noPolicy, readPolicyFiles } from './policies.ts';

interface Options {
  readonly pack?: readonly string[];
  readonly output: string;
  readonly failOn: string;
  readonly strict?: boolean;
  readonly portable?: boolean;
  readonly tests: boolean;
  readonly at?: Timestamp;
  readonly kubernetesVersion?: string;
  readonly ownNamespace?: string;
}

/** From the gravest to the mildest. */
const severities: readonly Diagnostic['severity'][] = ['error', 'warning', 'note'];

/** Raised when a field changes its meaning or goes away; a new field is no new version. */
const formatVersion = 1;

/** `abatis lint`: says what is wrong or odd about policies, without an object to judge. Needs no cluster. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    packOption(command, 'a pack of stock policies, beside the paths; can be given again')
      .description(
        'Say what is wrong with policies, and what is hardly meant, before anything is judged by them.',
      )
      .argument('[paths...]', 'policy files, and folders of them (default: here, unless a pack is named)')
      .addOption(
        new Option('-o, --output <format>', 'how to report: pretty is for people, json is for programs')
          .choices(['pretty', 'json'])
          .default('pretty'),
      )
      .addOption(
        new Option('--fail-on <severity>', 'the mildest diagnostic that makes the exit code 1')
          .choices([...severities, 'never'])
          .default('warning'),
      )
      .option('--strict', 'ask for a title, a description, a category and a severity, too')
      .option('--portable', 'note what a ValidatingAdmissionPolicy cannot do')
      .option('--no-tests', 'do not run the tests beside the policies to see what they leave open')
      .option('--at <time>', 'as on a day, such as 2027-03-01: what has ended (default: today)', time)
      .option(
        '--kubernetes-version <version>',
        'the cluster to be: refuse expressions that it does not understand',
        kubernetesVersion,
      )
      .option(
        '--own-namespace <name>',
        `where Abatis is in the cluster: exceptions there reach everything (default: ${defaultNamespace})`,
        namespaceName,
      )
      .addHelpText(
        'after',
        '\nExit codes: 0 nothing that fails, 1 something that does, 2 a broken policy or usage.',
      )
      .action(async (paths: string[], options: Options) => {
        const here = paths.length === 0 && options.pack === undefined ? ['.'] : paths;
        const all = policyPaths({
          policies: here,
          ...(options.pack !== undefined && { pack: options.pack }),
        });
        exit(await run(all, options, terminal));
      });
  },
};

async function run(paths: readonly string[], options: Options, terminal: Terminal): Promise<ExitCode> {
  const { sources, diagnostics: unread } = await readPolicyFiles(paths);
  const definitions = sources.filter(({ text }) => text.includes('CustomResourceDefinition'));
  const kinds = customKinds(
    definitions.flatMap(({ file, text }) =>
      readDocuments(file, text)
        .documents.flatMap(expandLists)
        .map(({ value }) => value),
    ),
  );
  // A file of definitions alone is there for its kinds.
  const set = load(
    sources.filter((source) => !definitions.includes(source) || source.text.includes('abatis.dev/')),
    vocabulary,
  );
  const found = lint(set, {
    kinds,
    now: options.at === undefined ? Date.now() : milliseconds(options.at),
    ...(options.strict === true && { strict: true }),
    ...(options.portable === true && { portable: true }),
    ...(options.kubernetesVersion !== undefined && { kubernetes: options.kubernetesVersion }),
    ...(options.ownNamespace !== undefined && { namespace: options.ownNamespace }),
  });
  const diagnostics: Diagnostic[] = [...unread, ...set.diagnostics, ...found];
  const isBroken = diagnostics.some(({ severity }) => severity === 'error');
  const documents = set.policies.length + set.bindings.length + set.exceptions.length;
  if (!isBroken && documents === 0) diagnostics.push(noPolicy(paths));
  if (!isBroken && options.tests) diagnostics.push(...untried(paths, set.policies));
  report(diagnostics, set.policies.length, sources, options, terminal);
  return exitCode(diagnostics, options.failOn);
}

function report(
  diagnostics: readonly Diagnostic[],
  policies: number,
  sources: readonly { readonly file: string; readonly text: string }[],
  { output }: Options,
  terminal: Terminal,
): void {
  const counts = Object.fromEntries(
    severities.map((one) => [`${one}s`, diagnostics.filter(({ severity }) => severity === one).length]),
  );
  if (output === 'json') {
    const document = {
      version: formatVersion,
      summary: { policies, ...counts },
      diagnostics: diagnostics.map(diagnosticEntry),
    };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const text = (file: string): string | undefined => texts.get(file);
  terminal.out(renderDiagnostics(diagnostics, { colour: terminal.colour.out, text }));
  const shown = severities.flatMap((one) => {
    const count = counts[`${one}s`] ?? 0;
    return count === 0 ? [] : [`${count} ${one}${count === 1 ? '' : 's'}`];
  });
  const what = shown.length === 0 ? 'nothing to say' : shown.join(', ');
  terminal.err(`${policies} ${policies === 1 ? 'policy' : 'policies'}: ${what}\n`);
}

function exitCode(diagnostics: readonly Diagnostic[], failOn: string): ExitCode {
  if (diagnostics.some(({ severity }) => severity === 'error')) return 2;
  const failing = severities.slice(0, severities.indexOf(failOn as Diagnostic['severity']) + 1);
  return diagnostics.some(({ severity }) => failing.includes(severity)) ? 1 : 0;
}
