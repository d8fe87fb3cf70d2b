import type { Command } from 'commander';
import { compile, type Program, vocabulary } from '../compile/index.ts';
import { explain, givenFacts } from '../engine/index.ts';
import { load } from '../load/index.ts';
import { customKinds } from '../manifest/index.ts';
import type { Diagnostic, Explanation } from '../model/index.ts';
import { printable, renderDiagnostics } from '../report/index.ts';
import { didYouMean } from '../suggest/index.ts';
import { expandLists, readDocuments, type SourceDocument } from '../yaml/index.ts';
import { milliseconds } from './arguments.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { isBroken, outcomeOf } from './explaining/answer.ts';
import { json } from './explaining/json.ts';
import { defineOptions, type Options, requestOptions } from './explaining/options.ts';
import { pretty } from './explaining/pretty.ts';
import {
  isReview,
  type Material,
  objectsAtHand,
  recordedRequests,
  requestsFor,
} from './explaining/request.ts';
import { selected, selectionOf } from './explaining/select.ts';
import { readFactFiles } from './facts.ts';
import { decode, largestFile, readText, tooLarge } from './files.ts';
import { choiceNote, policyPaths } from './packs.ts';
import { readPolicyFiles } from './policies.ts';

/** `abatis explain`: the way to the answer for one object. Needs no cluster. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    defineOptions(command)
      .description('Show for an object how each policy came to what it says, by the evaluation that decides.')
      .argument('[file]', 'manifests, or recorded AdmissionReviews; YAML or JSON, or - for standard input')
      .addHelpText('after', '\nExit codes: 0 allowed, 1 denied, 2 a broken policy, input or usage.')
      .action(async (file: string | undefined, options: Options) => {
        if (file === undefined && options.oldObject === undefined && options.operation !== 'CONNECT') {
          command.error('error: name a file, or - for standard input');
        }
        if (file === '-' && options.oldObject === '-') {
          command.error('error: standard input can be read only once');
        }
        exit(await run(file, options, terminal, command));
      });
  },
};

async function run(
  file: string | undefined,
  options: Options,
  terminal: Terminal,
  command: Command,
): Promise<ExitCode> {
  const texts = new Map<string, string>();
  const policies = await readPolicyFiles(policyPaths(options));
  const diagnostics: Diagnostic[] = [...policies.diagnostics];
  const read = async (name: string | undefined): Promise<readonly SourceDocument[]> => {
    if (name === undefined) return [];
    const found = name === '-' ? await readInput(terminal) : readText(name);
    if ('diagnostic' in found) {
      diagnostics.push(found.diagnostic);
      return [];
    }
    texts.set(name, found.text);
    const { documents, diagnostics: problems } = readDocuments(name, found.text);
    diagnostics.push(...problems);
    return documents.flatMap(expandLists);
  };
  const documents = await read(file);
  const oldDocuments = await read(options.oldObject);
  const facts = readFactFiles(options.facts ?? []);
  diagnostics.push(...facts.diagnostics);
  for (const source of [...policies.sources, ...facts.texts]) texts.set(source.file, source.text);

  const loaded = load(policies.sources, vocabulary);
  const compiled = compile(loaded, {
    kinds: customKinds([...documents, ...oldDocuments].map(({ value }) => value)),
    ...(options.kubernetesVersion !== undefined && { kubernetes: options.kubernetesVersion }),
    ...(options.ownNamespace !== undefined && { namespace: options.ownNamespace }),
  });
  diagnostics.push(...loaded.diagnostics, ...compiled.diagnostics);
  const note = choiceNote(options, loaded.policies.length);
  if (note !== undefined) terminal.err(note);
  const fail = (): ExitCode => {
    const text = (name: string): string | undefined => texts.get(name);
    terminal.err(renderDiagnostics(diagnostics, { colour: terminal.colour.err, text }));
    return diagnostics.some(({ severity }) => severity === 'error') ? 2 : 0;
  };
  if (!compiled.ok || diagnostics.some(({ severity }) => severity === 'error')) {
    fail();
    return 2;
  }

  const { program } = compiled;
  refuseUnknownPolicy(program, options, command);
  const material: Material = { documents, oldDocuments, kinds: program.kinds, file: file ?? '-' };
  const recorded = documents.some(isReview);
  if (recorded) refuseRequestOptions(options, command);
  const requests = recorded ? await recordedRequests(material, options) : requestsFor(material, options);
  diagnostics.push(...requests.diagnostics);
  if (requests.inputs.length === 0 && requests.diagnostics.length === 0) {
    diagnostics.push(nothingExplained(file, options));
  }
  const { inputs } = requests;
  if (fail() === 2) return 2;

  const now = options.at === undefined ? Date.now() : milliseconds(options.at);
  const selection = selectionOf(options.policy);
  const known = givenFacts(facts.given, objectsAtHand(material, options));
  const explanations = inputs.map((input) => selected(explain(program, input, now, known), selection));
  if (options.output === 'json') {
    terminal.out(json(explanations));
    return exitCode(explanations);
  }
  const compact = explanations.length > 1 && options.policy === undefined && options.all !== true;
  const shown = {
    colour: terminal.colour.out,
    all: options.all ?? false,
    selection,
    compact,
  };
  terminal.out(explanations.map((each) => pretty(each, shown)).join('\n'));
  if (compact) {
    terminal.err(`${explanations.length} objects; \`--object Kind/name\` explains one of them in full\n`);
  }
  return exitCode(explanations);
}

/** As that of `check`: what goes wrong in a policy is worse than a denial, what is not known here is neither. */
function exitCode(explanations: readonly Explanation[]): ExitCode {
  if (explanations.some(isBroken)) return 2;
  return explanations.some((each) => outcomeOf(each) === 'denied') ? 1 : 0;
}

function refuseUnknownPolicy({ policies }: Program, options: Options, command: Command): void {
  const { policy: name, rule } = selectionOf(options.policy);
  if (name === undefined) return;
  const names = policies.map((policy) => policy.name);
  const found = policies.find((policy) => policy.name === name);
  if (found === undefined) {
    const help = didYouMean(name, names) ?? `the policies are ${names.join(', ')}`;
    command.error(`error: there is no policy \`${printable(name)}\`; ${help}`);
  }
  const rules = [...found.rules, ...found.mutations].map((each) => each.name);
  if (rule === undefined || rules.includes(rule) || rule === 'override') return;
  const help = didYouMean(rule, rules) ?? `it has ${rules.join(', ')}`;
  command.error(`error: policy \`${printable(name)}\` has no rule \`${printable(rule)}\`; ${help}`);
}

/** A recorded request says who asked for what; nobody may mean to say otherwise and not be heard. */
function refuseRequestOptions(options: Options, command: Command): void {
  const given = requestOptions.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const flags = given.map((name) => `\`--${name.replaceAll(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)}\``);
  command.error(`error: a recorded AdmissionReview says itself what ${flags.join(', ')} would say`);
}

function nothingExplained(file: string | undefined, { object }: Options): Diagnostic {
  const where = file === undefined || file === '-' ? 'standard input' : `\`${file}\``;
  return {
    code: 'AB2006',
    severity: 'error',
    message:
      object === undefined
        ? `nothing was evaluated: there is no manifest in ${where}`
        : `nothing was evaluated: there is no \`${object}\` in ${where}`,
    ...(file !== undefined && { file }),
  };
}

async function readInput(terminal: Terminal): Promise<ReturnType<typeof decode>> {
  const bytes = await terminal.input(largestFile);
  return bytes === undefined ? { diagnostic: tooLarge('-') } : decode('-', bytes);
}
