import { type Command, Option } from 'commander';
import { type Operation, operations } from '../../model/index.ts';
import type { Timestamp } from '../../time/index.ts';
import { kubernetesVersion, namespaceName, time } from '../arguments.ts';
import { collect, labels } from '../evaluating/options.ts';
import { type PolicyChoice, policyOptions } from '../packs.ts';

/** What commander makes of the options of `abatis explain`. */
export interface Options extends PolicyChoice {
  readonly policy?: string;
  readonly object?: string;
  readonly all?: boolean;
  readonly output: 'pretty' | 'json';
  readonly operation?: Operation;
  readonly oldObject?: string;
  readonly kind?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly user?: string;
  readonly group?: readonly string[];
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly facts?: readonly string[];
  readonly at?: Timestamp;
  readonly kubernetesVersion?: string;
  readonly ownNamespace?: string;
}

/** Options that say what a request is like, which a recorded one says itself. */
export const requestOptions = [
  'operation',
  'oldObject',
  'kind',
  'subresource',
  'name',
  'namespace',
  'user',
  'group',
] as const satisfies readonly (keyof Options)[];

export function defineOptions(command: Command): Command {
  return policyOptions(command)
    .option('--policy <name>', 'one policy, or one rule of it as `policy/rule` (default: all)')
    .option('--object <kind/name>', 'one object of the file, such as Deployment/web')
    .option('--all', 'show everything: policies that do not apply, and items that are as they should be')
    .addOption(
      new Option('-o, --output <format>', 'pretty is for people, json is for programs')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .addOption(
      new Option(
        '--operation <operation>',
        'what is asked for (default: CREATE, or UPDATE with --old-object)',
      ).choices(operations),
    )
    .option('--old-object <file>', 'the object before an UPDATE; - is standard input')
    .option('--kind <kind>', 'what is asked for where the object does not tell, such as Pod/exec')
    .option('--subresource <name>', 'the subresource that is asked for, such as status')
    .option('--name <name>', 'the name in the request where there is no object')
    .option(
      '-n, --namespace <name>',
      'the namespace of objects that name none (default: "default")',
      namespaceName,
    )
    .option('--user <name>', 'who asks (default: not known)')
    .option('--group <name>', 'a group of who asks; can be given again', collect)
    .option('--namespace-labels <key=value,…>', 'labels of the namespace (default: not known)', labels)
    .option('--facts <file>', 'what is known of images and of the cluster; can be given again', collect)
    .option('--at <time>', 'as on a day, such as 2027-03-01 (default: now)', time)
    .option(
      '--kubernetes-version <version>',
      'the cluster to be: refuse expressions that it does not understand',
      kubernetesVersion,
    )
    .option('--own-namespace <name>', 'where Abatis is: exceptions there reach everything', namespaceName);
}
