import { type Command, InvalidArgumentError, Option } from 'commander';
import { isIdentifier } from '../../cel/index.ts';
import type { Operation } from '../../model/index.ts';
import type { Timestamp } from '../../time/index.ts';
import { kubernetesVersion, time } from '../arguments.ts';
import { variableSource } from './programs.ts';
import type { Source } from './source.ts';

/** What commander makes of the options of `abatis eval`. */
export interface Options {
  readonly document?: number;
  readonly oldObject?: string;
  readonly params?: string;
  readonly operation?: Operation;
  readonly user?: string;
  readonly group?: readonly string[];
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly namespaceObject?: string;
  readonly item?: string;
  readonly variable?: readonly Source[];
  readonly now?: Timestamp;
  readonly kubernetesVersion?: string;
  readonly plain?: boolean;
  readonly trace?: boolean;
  readonly output: 'pretty' | 'json';
}

export function defineOptions(command: Command): Command {
  return command
    .option('--trace', 'show the value of every sub-expression')
    .addOption(
      new Option('-o, --output <format>', 'pretty is for people, json is for programs')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .option('--document <number>', 'which object of the file, from 1', documentNumber)
    .option(
      '--item <path>',
      'a JSONPath from the object: each match in turn is `item`, and `path` says where',
    )
    .option(
      '--variable <name=expression>',
      '`variables.name`; sees those before it; can be given again',
      variable,
    )
    .option('--old-object <file>', '`oldObject`, as on UPDATE; - is standard input')
    .option('--params <file>', '`params`; - is standard input')
    .addOption(
      new Option(
        '--operation <operation>',
        '`request.operation` (default: CREATE, or UPDATE with --old-object)',
      ).choices(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    )
    .option('--user <name>', '`request.userInfo.username`')
    .option('--group <name>', 'one of `request.userInfo.groups`; can be given again', collect)
    .addOption(
      new Option('--namespace-labels <key=value,…>', 'labels of `namespaceObject`')
        .argParser(labels)
        .conflicts('namespaceObject'),
    )
    .option('--namespace-object <file>', '`namespaceObject`, a Namespace; - is standard input')
    .option('--now <time>', '`now`, such as 2027-03-01T00:00:00Z (default: what the clock says)', time)
    .option('--kubernetes-version <version>', 'refuse what came later, such as 1.30', kubernetesVersion)
    .option('--plain', 'the plain language: lists and maps may mix types');
}

/** For an option that can be given again. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function documentNumber(value: string): number {
  const number = Number(value);
  if (/^[1-9]\d{0,8}$/.test(value)) return number;
  throw new InvalidArgumentError('a number from 1 on');
}

function variable(value: string, before: readonly Source[] = []): readonly Source[] {
  const at = value.indexOf('=');
  const name = value.slice(0, Math.max(0, at));
  if (!isIdentifier(name)) throw new InvalidArgumentError('a name, `=` and an expression');
  const source = variableSource(name, value.slice(at + 1));
  if (before.some((other) => other.name === source.name)) throw new InvalidArgumentError('the name is taken');
  return [...before, source];
}

/** Source: the form that kubectl's `--labels` takes. */
export function labels(value: string): Readonly<Record<string, string>> {
  const pairs = value.split(',').map((pair): readonly [string, string] => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new InvalidArgumentError('`key=value`, separated by commas');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}
