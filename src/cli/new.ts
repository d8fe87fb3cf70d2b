import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { failureLines, isPassed, testTexts } from '../testing/index.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { type Draft, type DraftCheck, draft, draftChecks } from './creating/draft.ts';
import { chooseKind, type Refusal } from './creating/kind.ts';

interface Options {
  readonly kind?: string;
  readonly target?: string;
  readonly check?: DraftCheck;
  readonly field?: string;
  readonly category?: string;
  readonly dir: string;
}

/** `abatis new`: writes a policy with its page and its tests. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    command
      .description('Write a policy with its page and its tests, to be gone on with.')
      .argument('[name]', 'what to call it; asked for on a terminal', policyName)
      .option('-k, --kind <kind>', 'what it is about: Deployment, example.com/v1/Widget')
      .addOption(
        new Option('--target <target>', 'pod: the containers of pods, wherever they are carried').choices([
          'object',
          'pod',
        ]),
      )
      .addOption(new Option('-c, --check <check>', 'how it says so (default: require)').choices(draftChecks))
      .option('--field <path>', 'what is required, forbidden or set: spec.replicas')
      .option('--category <name>', 'a folder around that of the policy', policyName)
      .option('-d, --dir <folder>', 'where to write', '.')
      .action(async (name: string | undefined, options: Options) =>
        exit(await create(name, options, terminal)),
      );
  },
};

async function create(given: string | undefined, options: Options, terminal: Terminal): Promise<ExitCode> {
  const answers = await complete(given, options, terminal);
  if ('problem' in answers) return refuse(answers, terminal);
  const { name, subject, check } = answers;
  if (options.field !== undefined && (check === 'schema' || check === 'expression')) {
    return refuse(
      { problem: `\`--field\` is of \`require\`, \`forbid\` and \`set\``, help: 'leave it out' },
      terminal,
    );
  }
  const kind = subject === 'pod' ? undefined : chooseKind(subject);
  if (kind !== undefined && 'problem' in kind) return refuse(kind, terminal);
  const files = draft({ name, kind, check, field: options.field, category: options.category });
  if ('problem' in files) return refuse(files, terminal);
  const folder = join(options.dir, ...(options.category === undefined ? [] : [options.category]), name);
  if (existsSync(folder)) {
    return refuse({ problem: `\`${folder}\` is there already`, help: 'give it another name' }, terminal);
  }
  const problem = tried(folder, files);
  if (problem !== undefined) return refuse(problem, terminal);
  for (const [file, text] of files) {
    const path = join(folder, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: 'wx' });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      return refuse(
        { problem: `cannot write \`${path}\`: ${code}`, help: '`--dir` takes another folder' },
        terminal,
      );
    }
    terminal.out(`${path}\n`);
  }
  terminal.err(`\`abatis test ${folder}\` tries it\n`);
  return 0;
}

/** Nothing is written that does not pass its own tests: a field that the API server fills in is never missing. */
function tried(folder: string, files: Draft): Refusal | undefined {
  const run = testTexts(folder, files);
  if (isPassed(run)) return undefined;
  const failed = run.folders.flatMap(({ tests }) => tests).find(({ outcome }) => outcome !== 'passed');
  const why = failed === undefined ? 'it cannot be read' : failureLines(failed)[0];
  return {
    problem: `such a policy would not do what it is for: ${failed?.name ?? 'it'}: ${why}`,
    help: 'the API server fills some fields in, so that they are always there; try `--check expression`',
  };
}

interface Answers {
  readonly name: string;
  /** `pod`, or a kind. */
  readonly subject: string;
  readonly check: DraftCheck;
}

/** What was not said is asked for, where there is somebody to ask. */
async function complete(
  given: string | undefined,
  { kind, target, check }: Options,
  { ask }: Terminal,
): Promise<Answers | Refusal> {
  if (kind !== undefined && target === 'pod') {
    return { problem: '`--kind` and `--target pod` are two things', help: 'say one of them' };
  }
  const name = given ?? (await ask?.('What is the policy called? '))?.trim();
  if (name === undefined)
    return { problem: 'the policy needs a name', help: '`abatis new require-owner --kind Deployment`' };
  try {
    policyName(name);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return { problem: `\`${name}\` is not a name`, help: error.message };
  }
  const said = kind ?? (target === 'pod' ? 'pod' : undefined);
  const subject =
    said ?? (await ask?.('Which kind is it about? (Deployment, or pod for the containers of pods) '))?.trim();
  if (subject === undefined) {
    return { problem: 'a policy is about something', help: 'say `--kind Deployment` or `--target pod`' };
  }
  const asks = said === undefined && check === undefined ? ask : undefined;
  const answer = check ?? (await asks?.(`How does it say so? (${draftChecks.join(', ')}) `))?.trim();
  const chosen =
    answer === undefined || answer === '' ? 'require' : draftChecks.find((each) => each === answer);
  if (chosen === undefined) {
    return { problem: `\`${answer}\` is not a check`, help: `it is one of ${draftChecks.join(', ')}` };
  }
  return { name, subject: subject === '' ? 'pod' : subject, check: chosen };
}

function refuse({ problem, help }: Refusal, terminal: Terminal): ExitCode {
  terminal.err(`error: ${problem}\n  help: ${help}\n`);
  return 2;
}

/** Source: RFC 1123 labels, as a policy's name is one. */
function policyName(value: string): string {
  if (value.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(value)) return value;
  throw new InvalidArgumentError('a name is at most 63 lower-case letters, digits and dashes');
}
