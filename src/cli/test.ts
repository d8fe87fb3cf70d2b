import { Option } from 'commander';
import { renderDiagnostics } from '../report/index.ts';
import {
  diagnosticsOf,
  isBroken,
  isCovered,
  isPassed,
  type TestRun,
  testPolicies,
} from '../testing/index.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { packFolders, packOption } from './packs.ts';
import { watchPaths } from './serving/watch.ts';
import { testReporters } from './testing/index.ts';

interface Options {
  readonly pack?: readonly string[];
  readonly output: string;
  readonly testName?: string;
  readonly requireCoverage?: boolean;
  readonly watch?: boolean;
}

/** `abatis test`: tries policies by the manifests and tables beside them. Needs no cluster. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    packOption(command, 'a pack of stock policies, beside the paths; can be given again')
      .description('Test policies by the manifests and tables in the folder `test` beside them.')
      .argument(
        '[paths...]',
        'folders of policies, searched for more (default: here, unless a pack is named)',
      )
      .addOption(
        new Option(
          '-o, --output <format>',
          `how to report: ${testReporters.map(({ name, summary }) => `${name} is ${summary}`).join(', ')}`,
        )
          .choices(testReporters.map(({ name }) => name))
          .default(testReporters[0]?.name),
      )
      .option('-t, --test-name <text>', 'only tests with this in their names')
      .option('--require-coverage', 'fail where a rule or a mutation was not tried on both sides', false)
      .option('-w, --watch', 'test again whenever a file changes')
      .addHelpText(
        'after',
        '\nExit codes: 0 all passed, 1 some failed, 2 something broken or nothing tested.',
      )
      .action(async (paths: string[], options: Options) => {
        const here = paths.length === 0 && options.pack === undefined ? ['.'] : paths;
        exit(await test([...here, ...packFolders(options.pack ?? [])], options, terminal));
      });
  },
};

async function test(paths: readonly string[], options: Options, terminal: Terminal): Promise<ExitCode> {
  let run = testOnce(paths, options, terminal);
  if (options.watch !== true) return exitCode(run, options);
  const stopped = stopSignal();
  const onChange = async () => {
    const next = testPolicies(paths, filterOf(options));
    if (sameTexts(run, next)) return;
    run = next;
    report(run, options, terminal);
    terminal.err(watching);
  };
  const stop = watchPaths({ paths, onChange });
  terminal.err(watching);
  await stopped;
  stop();
  return exitCode(run, options);
}

const watching = 'watching for changes; Ctrl-C ends\n';

function testOnce(paths: readonly string[], options: Options, terminal: Terminal): TestRun {
  const run = testPolicies(paths, filterOf(options));
  report(run, options, terminal);
  return run;
}

function filterOf({ testName }: Options): { readonly filter?: string } {
  return testName === undefined ? {} : { filter: testName };
}

function report(run: TestRun, { output, testName }: Options, terminal: Terminal): void {
  const diagnostics = diagnosticsOf(run);
  terminal.err(
    renderDiagnostics(diagnostics, { colour: terminal.colour.err, text: (file) => run.texts.get(file) }),
  );
  const reporter = testReporters.find(({ name }) => name === output);
  if (reporter === undefined) throw new Error(`no reporter ${output}`);
  terminal.out(reporter.render(run, { colour: terminal.colour.out, isFiltered: testName !== undefined }));
}

function exitCode(run: TestRun, { requireCoverage = false }: Options): ExitCode {
  if (isBroken(run)) return 2;
  const isShort =
    requireCoverage && run.folders.some(({ rules, mutations }) => ![...rules, ...mutations].every(isCovered));
  return isPassed(run) && !isShort ? 0 : 1;
}

function sameTexts({ texts: before }: TestRun, { texts: after }: TestRun): boolean {
  return before.size === after.size && [...before].every(([file, text]) => after.get(file) === text);
}

/** Settled by SIGINT or SIGTERM; until then the process lives, though nobody but files could wake it. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 2 ** 30);
    const stop = () => {
      clearInterval(alive);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
