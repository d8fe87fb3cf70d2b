import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { vocabulary } from '../compile/index.ts';
import { customResourceDefinitions } from '../load/index.ts';
import type { JsonObject } from '../model/index.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';

interface Options {
  readonly out?: string;
}

/** `abatis crds`: what a cluster must know before it can hold policies. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    command
      .description('Print the CustomResourceDefinitions of policies, bindings and exceptions.')
      .option('--out <folder>', 'write one file for each into this folder instead')
      .action((options: Options) => exit(print(options, terminal)));
  },
};

function print({ out }: Options, terminal: Terminal): ExitCode {
  const texts = customResourceDefinitions(vocabulary).map((definition) => [
    nameOf(definition),
    toYaml(definition),
  ]);
  if (out === undefined) {
    terminal.out(texts.map(([, text]) => text).join('---\n'));
    return 0;
  }
  try {
    mkdirSync(out, { recursive: true });
    for (const [name, text = ''] of texts) writeFileSync(join(out, `${name}.yaml`), text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    terminal.err(
      `error: cannot write to \`${out}\`: ${message}\n  help: choose another folder with \`--out\`\n`,
    );
    return 2;
  }
  return 0;
}

function nameOf({ metadata }: JsonObject): string {
  return String((metadata as JsonObject)['name']);
}

/** For `kubectl apply`. */
export function toYaml(object: JsonObject): string {
  return dump(object, { lineWidth: 110, noRefs: true });
}
