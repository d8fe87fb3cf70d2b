import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { compile, defaultNamespace, vocabulary } from '../compile/index.ts';
import { load } from '../load/index.ts';
import type { JsonObject } from '../model/index.ts';
import { planRegistration, webhookConfigurationsOf } from '../registration/index.ts';
import { renderDiagnostics } from '../report/index.ts';
import { namespaceName } from './arguments.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { toYaml } from './crds.ts';
import { choiceNote, type PolicyChoice, policyOptions, policyPaths } from './packs.ts';
import { readPolicyFiles } from './policies.ts';
import { defaultRegistration, ownKinds, targetOf, webhookTimeout } from './registering.ts';

interface Options extends PolicyChoice {
  readonly name: string;
  readonly service?: string;
  readonly url?: string;
  readonly ownNamespace: string;
  readonly caBundle?: string;
  readonly clusterPolicies: boolean;
}

/** `abatis registration`: what the API server must be told, for clusters whose webhook may not tell it. */
export const command: CommandModule = {
  define(command: Command, terminal, exit) {
    policyOptions(command)
      .description('Print the webhook configurations that policies need.')
      .option('--name <name>', 'the name of both configurations', defaultRegistration)
      .option(
        '--service <service>',
        'the Service to call, `namespace/name` or `namespace/name:port` (default: abatis in its own namespace)',
      )
      .addOption(new Option('--url <url>', 'the address to call instead').conflicts('service'))
      .option('--own-namespace <name>', 'the namespace that Abatis is in', namespaceName, defaultNamespace)
      .option('--ca-bundle <file>', 'the authorities that the API server is to trust, PEM')
      .option('--cluster-policies', 'ask for policies that are stored in the cluster, too', false)
      .action(async (options: Options) => exit(await print(options, terminal)));
  },
};

async function print(options: Options, terminal: Terminal): Promise<ExitCode> {
  const target = targetOf(options, options.ownNamespace);
  if (target === undefined) {
    terminal.err(
      'error: there is nobody to call\n  help: give `--service` as `namespace/name`, or `--url` as `https://host:port`\n',
    );
    return 2;
  }
  const { sources, diagnostics } = await readPolicyFiles(policyPaths(options));
  const loaded = load(sources, vocabulary);
  const compiled = compile(loaded);
  const found = [...diagnostics, ...loaded.diagnostics, ...compiled.diagnostics];
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  terminal.err(renderDiagnostics(found, { colour: terminal.colour.err, text: (file) => texts.get(file) }));
  if (!compiled.ok || found.some(({ severity }) => severity === 'error')) return 2;
  terminal.err(choiceNote(options, loaded.policies.length) ?? '');
  let caBundle: string | undefined;
  try {
    if (options.caBundle !== undefined) caBundle = readFileSync(options.caBundle).toString('base64');
  } catch {
    terminal.err(`error: \`${options.caBundle}\` cannot be read\n  help: check \`--ca-bundle\`\n`);
    return 2;
  }
  const { validating, mutating } = webhookConfigurationsOf(
    planRegistration(loaded, {
      kinds: compiled.program.kinds,
      ownNamespace: options.ownNamespace,
      ...ownKinds(options.clusterPolicies),
    }),
    { name: options.name, target, timeoutSeconds: webhookTimeout },
  );
  const needed = [validating, mutating].filter(({ webhooks }) => (webhooks as readonly unknown[]).length > 0);
  terminal.out(needed.map((each) => toYaml(withBundle(each, caBundle))).join('---\n'));
  return 0;
}

function withBundle(configuration: JsonObject, caBundle: string | undefined): JsonObject {
  if (caBundle === undefined) return configuration;
  const webhooks = (configuration['webhooks'] as readonly JsonObject[]).map((webhook) => ({
    ...webhook,
    clientConfig: { ...(webhook['clientConfig'] as JsonObject), caBundle },
  }));
  return { ...configuration, webhooks };
}
