import { Option } from 'commander';
import { defaultNamespace } from '../compile/index.ts';
import { type Action, actions, type Diagnostic } from '../model/index.ts';
import { type Report, renderDiagnostics, reporters, totals } from '../report/index.ts';
import type { Timestamp } from '../time/index.ts';
import { kubernetesVersion, milliseconds, namespaceName, time } from './arguments.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { readFactFiles } from './facts.ts';
import { decode, findFiles, largestFile, readText, tooLarge } from './files.ts';
import type { ImageConfig, ReadImageConfig } from './imaging/config.ts';
import { type JudgeOptions, judge, type TextFile } from './judge.ts';
import { choiceNote, type PolicyChoice, policyOptions, policyPaths } from './packs.ts';
import { noPolicy, readPolicyFiles } from './policies.ts';

interface Options extends PolicyChoice {
  readonly output: string;
  readonly failOn: string;
  readonly namespace?: string;
  readonly at?: Timestamp;
  readonly kubernetesVersion?: string;
  readonly ownNamespace?: string;
  readonly facts?: readonly string[];
  readonly images?: boolean;
  readonly imageConfig?: string;
  readonly allowEmpty?: boolean;
  readonly quiet?: boolean;
}

/** The mildest action that each threshold fails on. */
const thresholds: Readonly<Record<string, Action | undefined>> = {
  deny: 'Deny',
  warn: 'Warn',
  audit: 'Audit',
  never: undefined,
};

/** `abatis check`: judges manifests as the webhook would judge them when they are created. Needs no cluster. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    policyOptions(command)
      .description('Judge manifests by the policies, before any cluster sees them.')
      .argument('<paths...>', 'files, folders (searched for YAML and JSON), globs, or - for standard input')
      .addOption(
        new Option(
          '-o, --output <format>',
          `how to report: ${reporters.map(({ name, summary }) => `${name} is ${summary}`).join(', ')}`,
        )
          .choices(reporters.map(({ name }) => name))
          .default(reporters[0]?.name),
      )
      .addOption(
        new Option('--fail-on <action>', 'the mildest finding that makes the exit code 1')
          .choices(Object.keys(thresholds))
          .default('deny'),
      )
      .option(
        '-n, --namespace <name>',
        'the namespace of objects that name none (default: "default")',
        namespaceName,
      )
      .option('--at <time>', 'judge as on a day, such as 2027-03-01 (default: today)', time)
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
      .option('--facts <file>', 'what is known of images and of the cluster; can be given again', collect)
      .option('--images', 'inspect the images that policies ask about, from their registries')
      .option('--image-config <file>', 'the same, from the registries that this file allows')
      .option('--allow-empty', 'take it for a success that nothing was evaluated')
      .option('-q, --quiet', 'print findings and errors only: no notes, no summary')
      .action(async (paths: string[], options: Options) => exit(await check(paths, options, terminal)));
  },
};

async function check(
  paths: readonly string[],
  { quiet = false, allowEmpty = false, ...options }: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const policies = await readPolicyFiles(policyPaths(options));
  const found = await findFiles(paths);
  const unread: Diagnostic[] = [...policies.diagnostics, ...found.diagnostics];
  const manifests: TextFile[] = [];
  const explicit = new Set<string>();
  for (const file of found.files) {
    const read = file.name === '-' ? await readInput(terminal) : readText(file.name);
    if ('diagnostic' in read) unread.push(read.diagnostic);
    else manifests.push({ file: file.name, text: read.text });
    if (file.explicit) explicit.add(file.name);
  }
  const facts = readFactFiles(options.facts ?? []);
  unread.push(...facts.diagnostics);
  const images = await imagesOf(options);
  if (images !== undefined && 'diagnostics' in images) unread.push(...images.diagnostics);
  const question: JudgeOptions = {
    policies: policies.sources,
    manifests,
    facts: facts.given,
    mayBeForeign: (file) => !explicit.has(file),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.kubernetesVersion === undefined ? {} : { kubernetes: options.kubernetesVersion }),
    ...(options.ownNamespace === undefined ? {} : { ownNamespace: options.ownNamespace }),
    now: options.at === undefined ? Date.now() : milliseconds(options.at),
  };
  const wantsImages = options.images === true || images !== undefined;
  const judgement =
    wantsImages && unread.every(({ severity }) => severity !== 'error')
      ? await inspecting(
          question,
          images !== undefined && 'config' in images ? images.config : undefined,
          terminal,
        )
      : judge(question);
  const diagnostics = unread.concat(judgement.diagnostics);
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  const empty = !failed && totals(judgement).evaluated === 0;
  if (!failed && judgement.policies.length === 0) diagnostics.push(noPolicy(options.policies ?? []));
  else if (empty) diagnostics.push(nothingEvaluated(judgement, paths, allowEmpty));

  const report: Report = { ...judgement, diagnostics };
  const shown = quiet ? diagnostics.filter(({ severity }) => severity === 'error') : diagnostics;
  const note = choiceNote(options, report.policies.length);
  if (note !== undefined && !quiet) terminal.err(note);
  const texts = new Map(
    [...manifests, ...policies.sources, ...facts.texts].map(({ file, text }) => [file, text]),
  );
  if (images !== undefined && 'texts' in images)
    for (const [file, text] of images.texts) texts.set(file, text);
  terminal.err(renderDiagnostics(shown, { colour: terminal.colour.err, text: (file) => texts.get(file) }));
  const reporter = reporters.find(({ name }) => name === options.output);
  if (reporter === undefined) throw new Error(`no reporter ${options.output}`);
  terminal.out(reporter.render(report, { colour: terminal.colour.out, quiet }));
  return exitCode(report, options.failOn);
}

/** What reads images is loaded where it is wanted. */
async function imagesOf({ imageConfig }: Options): Promise<ReadImageConfig | undefined> {
  if (imageConfig === undefined) return undefined;
  return (await import('./imaging/config.ts')).readImageConfig(imageConfig);
}

async function inspecting(
  question: JudgeOptions,
  config: ImageConfig | undefined,
  terminal: Terminal,
): Promise<Report> {
  const { imageInspector, judgeByInspecting } = await import('./imaging/judged.ts');
  const inspector = imageInspector(config, terminal.err, process.stderr.isTTY === true);
  try {
    return await judgeByInspecting(question, inspector);
  } finally {
    inspector.close();
  }
}

function exitCode(report: Report, failOn: string): ExitCode {
  if (report.diagnostics.some(({ severity }) => severity === 'error')) return 2;
  if (report.objects.some(({ decision }) => decision.errors.some(({ unknown }) => !unknown))) return 2;
  const threshold = thresholds[failOn];
  if (threshold === undefined) return 0;
  const failing = actions.slice(actions.indexOf(threshold));
  return report.objects.some(({ findings }) =>
    findings.some(({ finding }) => failing.includes(finding.action)),
  )
    ? 1
    : 0;
}

/** That nothing was evaluated is no good news: it says so, and why. */
function nothingEvaluated(report: Report, paths: readonly string[], allowed: boolean): Diagnostic {
  const { objects, skipped } = report;
  const where = paths.map((path) => (path === '-' ? 'standard input' : `\`${path}\``)).join(', ');
  const severity = allowed ? 'warning' : 'error';
  if (objects.length > 0) {
    const kinds = [...new Set(objects.map(({ kind }) => `\`${kind}\``))];
    const some = kinds.length > 5 ? [...kinds.slice(0, 5), `${kinds.length - 5} more kinds`] : kinds;
    return {
      code: 'AB2006',
      severity,
      message: `nothing was evaluated: no policy applies to ${some.join(', ')} here`,
      help: `the policies are ${report.policies.join(', ')}; \`--policies\` takes others`,
    };
  }
  return {
    code: 'AB2006',
    severity,
    message:
      skipped.policies + skipped.others > 0
        ? `nothing was evaluated: every document in ${where} was skipped (${skipped.policies} of Abatis itself, ${skipped.others} without apiVersion and kind)`
        : `nothing was evaluated: there is no manifest in ${where}`,
    help: '`--allow-empty` takes this for a success',
  };
}

async function readInput(terminal: Terminal): Promise<ReturnType<typeof decode>> {
  const bytes = await terminal.input(largestFile);
  return bytes === undefined ? { diagnostic: tooLarge('-') } : decode('-', bytes);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
