#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import type { ExitCode, Terminal } from './command.ts';
import { commands } from './commands.ts';
import { packageVersion } from './package.ts';
import { exitProcess, processTerminal } from './terminal.ts';

/** Commander's wording in the style of our own messages: the user's value in backticks, help apart. */
function restyle(text: string): string {
  return text
    .replace(
      /option '(.*?)' argument '(.*?)' is invalid\. (.*)/s,
      (_, option: string, value: string, why: string) =>
        `'${value}' is no value for '${option}'\n  help: ${why.replace(/^Allowed choices are (.*)\.$/m, 'it takes one of $1')}`,
    )
    .replace(
      /command-argument value '(.*?)' is invalid for argument '(.*?)'\. (.*)/s,
      (_, value: string, argument: string, why: string) => `'${value}' is no '${argument}'\n  help: ${why}`,
    )
    .replace(/\. Expected (\d+) arguments? but got \d+: (.*)\.$/m, '; it takes $1, and was given: $2')
    .replace(/\n?\(Did you mean (.+)\?\)/s, '\n  help: did you mean `$1`?')
    .replace(/'([^'\n]*)'/g, '`$1`');
}

/**
 * Runs one command line, the program's own name left out. Only the file of the command that is named is imported.
 */
async function run(
  args: readonly string[],
  terminal: Terminal,
  exit: (code: ExitCode) => void,
): Promise<void> {
  const program = new Command('abatis')
    .description(
      'An admission policy engine for Kubernetes: the same answer in the cluster, in CI and in an audit.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('  help: `abatis --help` lists commands and options')
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(restyle(text)),
      getOutHasColors: () => terminal.colour.out,
      getErrHasColors: () => terminal.colour.err,
    })
    .exitOverride();

  const wanted = args[0] === 'help' ? args[1] : args.find((argument) => !argument.startsWith('-'));
  for (const entry of commands) {
    const command = program.command(entry.name).summary(entry.summary).description(entry.summary);
    command.showHelpAfterError(`  help: \`abatis ${entry.name} --help\` lists its options`);
    if (entry.name === wanted) (await entry.load()).command.define(command, terminal, exit);
  }
  program.addHelpText('after', '\nExit codes: 0 clean, 1 findings, 2 a broken policy, input or usage.');

  if (args.length === 0) {
    program.outputHelp({ error: true });
    exit(2);
    return;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exit(error.exitCode === 0 ? 0 : 2);
  }
}

const terminal = processTerminal();
try {
  await run(process.argv.slice(2), terminal, exitProcess);
} catch (error) {
  terminal.err(
    `error: abatis failed, which is a bug in it\n${error instanceof Error ? error.stack : error}\n`,
  );
  exitProcess(2);
}
