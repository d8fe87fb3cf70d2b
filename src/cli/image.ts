import { InvalidArgumentError, Option } from 'commander';
import { ImageCache, ImageError, type ImageFacts, inspectImage, parsePlatform } from '../facts/index.ts';
import { printable, renderDiagnostics } from '../report/index.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { readImageConfig } from './imaging/config.ts';
import { difference, diffText } from './imaging/diff.ts';
import { type ImageOpener, imageOpener } from './imaging/open.ts';
import { progressLine } from './imaging/progress.ts';
import { treeText } from './imaging/tree.ts';

interface ReadOptions {
  readonly imageConfig?: string;
  readonly platform?: string;
  readonly name?: string;
  readonly cache?: string;
}

interface InspectOptions extends ReadOptions {
  readonly output: 'tree' | 'json' | 'facts';
  readonly json?: boolean;
  readonly facts?: boolean;
  readonly as?: string;
  readonly all?: boolean;
}

interface DiffOptions extends ReadOptions {
  readonly output: 'text' | 'json';
  readonly json?: boolean;
}

const argument = 'a name such as registry.example/web:1, the folder of an OCI layout, or a tar';

/** `abatis image`: what is in an image, before it is pushed or wherever it is. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    command
      .description('Say what is in container images, as policies see it, without running anything of them.')
      .action(() => {
        command.outputHelp({ error: true });
        exit(2);
      });
    const inspect = command
      .command('inspect')
      .summary('show what is in an image, and which layer brought it')
      .description('Show what is in an image, and which layer brought it.')
      .argument('<image>', argument)
      .addOption(
        new Option('-o, --output <format>', 'tree for people, json, or facts for `check --facts`')
          .choices(['tree', 'json', 'facts'])
          .default('tree'),
      )
      .option('--json', 'short for `--output json`')
      .option('--facts', 'short for `--output facts`')
      .option('--as <reference>', 'what `--output facts` calls the image (default: as it was named)')
      .option('--all', 'name everything in the tree, however much it is');
    readOptions(inspect).action(async (image: string, options: InspectOptions) =>
      exit(await runInspect(image, options, terminal)),
    );
    const diff = command
      .command('diff')
      .summary('show what one image has and another one has not')
      .description('Show what one image has and another one has not.')
      .argument('<from>', argument)
      .argument('<to>', 'the same')
      .addOption(
        new Option('-o, --output <format>', 'text for people, or json')
          .choices(['text', 'json'])
          .default('text'),
      )
      .option('--json', 'short for `--output json`');
    readOptions(diff)
      .addHelpText(
        'after',
        '\nExit codes: 0 nothing differs, 1 something does, 2 an image that cannot be read.',
      )
      .action(async (from: string, to: string, options: DiffOptions) =>
        exit(await runDiff([from, to], options, terminal)),
      );
  },
};

function readOptions(command: Parameters<CommandModule['define']>[0]): typeof command {
  return command
    .option('--platform <platform>', 'which image of an index is meant (default: linux/amd64)', platform)
    .option('--name <name>', 'the tag of an image, in a layout or a tar that has several')
    .option('--cache <folder>', 'remember layers there, so that each is read once')
    .option('--image-config <file>', 'how registries are reached, as for `abatis serve`');
}

function platform(value: string): string {
  if (parsePlatform(value) !== undefined) return value;
  throw new InvalidArgumentError('an operating system and an architecture, such as `linux/arm64`');
}

async function runInspect(image: string, options: InspectOptions, terminal: Terminal): Promise<ExitCode> {
  const read = await readImages([image], options, terminal);
  const [facts] = read ?? [];
  if (facts === undefined) return 2;
  const { as = image, all = false } = options;
  const output = options.json === true ? 'json' : options.facts === true ? 'facts' : options.output;
  if (output === 'json') terminal.out(pretty(facts));
  else if (output === 'facts') terminal.out(pretty({ image: { [as]: facts } }));
  else terminal.out(treeText(image, facts, { all, colour: terminal.colour.out }));
  return 0;
}

async function runDiff(
  images: readonly [string, string],
  options: DiffOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const [from, to] = (await readImages(images, options, terminal)) ?? [];
  if (from === undefined || to === undefined) return 2;
  const changes = difference(from, to);
  if (options.json === true || options.output === 'json') terminal.out(pretty({ changes }));
  else terminal.out(diffText(changes, { colour: terminal.colour.out }));
  return changes.length === 0 ? 0 : 1;
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Undefined where one of them cannot be read, and why has been said. */
async function readImages(
  images: readonly string[],
  options: ReadOptions,
  terminal: Terminal,
): Promise<readonly ImageFacts[] | undefined> {
  const found = options.imageConfig === undefined ? undefined : readImageConfig(options.imageConfig);
  if (found !== undefined && 'diagnostics' in found) {
    const { diagnostics, texts } = found;
    const colour = terminal.colour.err;
    terminal.err(renderDiagnostics(diagnostics, { colour, text: (file) => texts.get(file) }));
    return undefined;
  }
  const config = found?.config;
  const opener = imageOpener(config, (problem) => terminal.err(`warning: ${printable(problem)}\n`));
  const cache = new ImageCache({
    ...config?.cache,
    ...(options.cache !== undefined && { folder: options.cache }),
    onProblem: (error) => terminal.err(`warning: ${printable(String(error))}\n`),
  });
  const wanted = options.platform ?? config?.platform;
  try {
    const all: ImageFacts[] = [];
    for (const image of images) {
      const facts = await readOne(image, opener, options, terminal, {
        cache,
        limits: { ...config?.limits },
        ...(wanted !== undefined && { platform: wanted }),
      });
      if (facts === undefined) return undefined;
      all.push(facts);
    }
    return all;
  } finally {
    opener.close();
  }
}

async function readOne(
  image: string,
  opener: ImageOpener,
  { name }: ReadOptions,
  terminal: Terminal,
  how: NonNullable<Parameters<typeof inspectImage>[1]>,
): Promise<ImageFacts | undefined> {
  const progress = progressLine(printable(image), terminal, process.stderr.isTTY);
  try {
    return await inspectImage(opener.open(image, name), { ...how, onProgress: progress.report });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    progress.end();
    const help = error.help === undefined ? '' : `  help: ${printable(error.help)}\n`;
    terminal.err(`error: ${printable(error.message)}\n${help}`);
    return undefined;
  } finally {
    progress.end();
  }
}
