import type { Command } from 'commander';
import { CelError, type Value } from '../cel/index.ts';
import { formatPath, parsePath } from '../jsonpath/index.ts';
import type { Diagnostic, JsonObject } from '../model/index.ts';
import { renderDiagnostics } from '../report/index.ts';
import { makeTimestamp, type Timestamp } from '../time/index.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { evaluate } from './evaluating/evaluate.ts';
import { json } from './evaluating/json.ts';
import { defineOptions, type Options } from './evaluating/options.ts';
import { pretty } from './evaluating/pretty.ts';
import { compilePrograms } from './evaluating/programs.ts';
import { readObject } from './evaluating/read.ts';
import { type Source, spanOf } from './evaluating/source.ts';
import { activationOf, type Item, type World } from './evaluating/world.ts';

/** `abatis eval`: works out an expression as a policy would, and shows how. Needs no cluster. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    defineOptions(command)
      .description('Work out an expression of CEL, as in a policy, against an object.')
      .argument('<expression>', 'CEL; after `--` where it begins with a dash')
      .argument('[file]', '`object`: a file of YAML or JSON, or - for standard input (default: null)')
      .addHelpText(
        'after',
        '\nExit codes: 0 it has a value, 1 it failed, 2 a broken expression, input or usage.',
      )
      .action(async (text: string, file: string | undefined, options: Options) => {
        refuseSecondReading([file, options.oldObject, options.params, options.namespaceObject], command);
        exit(await run({ name: 'expression', text }, file, options, terminal));
      });
  },
};

function refuseSecondReading(files: readonly (string | undefined)[], command: Command): void {
  if (files.filter((file) => file === '-').length > 1) {
    command.error('error: standard input can be read only once');
  }
}

async function run(
  expression: Source,
  file: string | undefined,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const diagnostics: Diagnostic[] = [];
  const texts = new Map<string, string>([[expression.name, expression.text]]);
  const read = async (name: string | undefined, document?: number): Promise<JsonObject | undefined> => {
    if (name === undefined) return undefined;
    const { object, note, text, diagnostics: problems } = await readObject(name, document, terminal);
    if (text !== undefined) texts.set(name, text);
    if (note !== undefined) terminal.err(`${note}${name === file ? '; `--document` takes another' : ''}\n`);
    diagnostics.push(...problems);
    return object;
  };
  const sources = options.variable ?? [];
  for (const { name, text } of sources) texts.set(name, text);
  const { programs, diagnostics: problems } = compilePrograms(expression, sources, {
    plain: options.plain ?? false,
    ...(options.kubernetesVersion !== undefined && { kubernetes: options.kubernetesVersion }),
  });
  diagnostics.push(...problems);
  const world = worldOf(options, {
    object: await read(file, options.document),
    oldObject: await read(options.oldObject),
    params: await read(options.params),
    namespaceObject: await read(options.namespaceObject),
  });
  const items = itemsOf(world.object ?? world.oldObject, options.item, diagnostics);
  if (options.item !== undefined) texts.set('--item', options.item);

  terminal.err(
    renderDiagnostics(diagnostics, { colour: terminal.colour.err, text: (name) => texts.get(name) }),
  );
  if (programs === undefined || diagnostics.some(({ severity }) => severity === 'error')) return 2;
  const outcomes = items.map((item) =>
    evaluate(programs, activationOf(world, item), { path: item?.path, trace: options.trace ?? false }),
  );
  terminal.out(
    options.output === 'json'
      ? json(expression, outcomes, options.item !== undefined)
      : pretty(expression, outcomes, terminal.colour.out),
  );
  if (!outcomes.some(({ value }) => value instanceof CelError)) return 0;
  const asksWho = programs.expression.reads.some(
    ({ variable, path }) => variable === 'request' && path[0] === 'userInfo',
  );
  if (asksWho && options.user === undefined) terminal.err('`--user` and `--group` say who asks\n');
  return 1;
}

/** On DELETE the object is the old one, as in Kubernetes. */
function worldOf(
  options: Options,
  files: Readonly<Record<'object' | 'oldObject' | 'params' | 'namespaceObject', JsonObject | undefined>>,
): World {
  const operation = options.operation ?? (files.oldObject === undefined ? 'CREATE' : 'UPDATE');
  const deletes = operation === 'DELETE' && files.oldObject === undefined;
  return {
    operation,
    object: deletes ? null : (files.object ?? null),
    oldObject: (deletes ? files.object : files.oldObject) ?? null,
    user: options.user,
    groups: options.group ?? [],
    params: files.params,
    namespaceObject: files.namespaceObject,
    namespaceLabels: options.namespaceLabels,
    now: options.now ?? clock(),
  };
}

function clock(): Timestamp {
  const milliseconds = Date.now();
  const seconds = Math.floor(milliseconds / 1000);
  const now = makeTimestamp(seconds, (milliseconds - seconds * 1000) * 1_000_000);
  if (now === undefined) throw new Error('the clock is beyond the year 9999');
  return now;
}

/** What the expression is evaluated for, once each; undefined stands for the object as a whole. */
function itemsOf(
  object: JsonObject | null,
  path: string | undefined,
  diagnostics: Diagnostic[],
): readonly (Item | undefined)[] {
  if (path === undefined) return [undefined];
  const parsed = parsePath(path);
  if (!parsed.ok) {
    const { message, help, offset, length } = parsed.problem;
    diagnostics.push({
      code: 'AB1301',
      severity: 'error',
      message,
      ...(help !== undefined && { help }),
      file: '--item',
      span: spanOf(path, offset, offset + length),
    });
    return [];
  }
  const items: Item[] = [];
  const whole = parsed.path.select(object, (value, pathOf) => {
    items.push({ value: value as Value, path: formatPath(pathOf()) });
    return undefined;
  });
  const nothing = 'nothing was evaluated: ';
  if (!whole || items.length === 0) {
    diagnostics.push({
      code: 'AB2006',
      severity: 'error',
      message:
        nothing +
        (whole
          ? `\`${path}\` selects no item of the object`
          : 'the object is too large to be searched to the end'),
    });
  }
  return items;
}
