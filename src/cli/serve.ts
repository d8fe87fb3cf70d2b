import { existsSync, readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { defaultNamespace } from '../compile/index.ts';
import { renderDiagnostics } from '../report/index.ts';
import { kubernetesVersion, namespaceName } from './arguments.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { packageVersion, stockPolicies } from './package.ts';
import { logFormats, logLevels, serverLog } from './serving/log.ts';
import { startServer } from './serving/server.ts';

interface Options {
  readonly policies?: readonly string[];
  readonly port: number;
  readonly host?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly certDir?: string;
  readonly tlsName?: readonly string[];
  readonly kubeconfig?: string;
  readonly cluster: boolean;
  readonly drainDelay?: number;
  readonly kubernetesVersion?: string;
  readonly ownNamespace?: string;
  readonly logLevel: string;
  readonly logFormat?: (typeof logFormats)[number];
  readonly logAllowed: boolean;
}

const defaultNames = ['localhost', '127.0.0.1', '::1', 'abatis.abatis-system.svc'];

/** Kubernetes' documentation: where every pod finds its service account, unless that is switched off. */
const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

const serviceAccountNamespace = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** In seconds: how long others may take to learn that a pod is not ready. */
const drainDelayInCluster = 5;

/** In seconds: until clients with an open connection have been told on it to open no more. */
const drainDelayElsewhere = 1;

/** `abatis serve`: answers the API server, and whoever else asks, until it is told to stop. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    command
      .description("Answer the API server's admission requests over HTTPS.")
      .option(
        '-p, --policies <path>',
        'a policy file, or a folder of them; can be given again (default: the stock policies)',
        collect,
      )
      .option('--port <number>', 'the port to listen on; 0 takes any that is free', portNumber, 8443)
      .option('--host <address>', 'the address to listen on (default: every one of the machine)')
      .option('--cert <file>', 'the certificate in PEM, with those that it was signed by')
      .option('--key <file>', 'its private key in PEM')
      .addOption(
        new Option(
          '--cert-dir <folder>',
          'make a certificate in this folder, and ca.crt for the caBundle',
        ).conflicts(['cert', 'key']),
      )
      .option(
        '--tls-name <name>',
        `a name or address that the certificate is made for, beside ${defaultNames.join(', ')}; can be given again`,
        collect,
      )
      .addOption(
        new Option('--kubeconfig <file>', 'the cluster to ask for namespaces and kinds').conflicts(
          'noCluster',
        ),
      )
      .option('--no-cluster', 'ask no cluster (default: the one this runs in, if any)')
      .option(
        '--kubernetes-version <version>',
        'refuse expressions that this version does not understand',
        kubernetesVersion,
      )
      .option(
        '--own-namespace <name>',
        `where exceptions reach everything (default: the namespace this runs in, else ${defaultNamespace})`,
        namespaceName,
      )
      .option(
        '--drain-delay <seconds>',
        `how long to go on accepting when told to stop (default: ${drainDelayInCluster} in a cluster, else ${drainDelayElsewhere})`,
        seconds,
      )
      .addOption(new Option('--log-level <level>', 'what to log').choices(logLevels).default('info'))
      .addOption(
        new Option('--log-format <format>', 'how to log (default: text on a terminal, else json)').choices(
          logFormats,
        ),
      )
      .option('--log-allowed', 'log requests that are allowed without a warning, too', false)
      .action(async (options: Options) => exit(await serve(options, terminal)));
  },
};

async function serve(options: Options, terminal: Terminal): Promise<ExitCode> {
  if ((options.cert === undefined) !== (options.key === undefined)) {
    return fail(terminal, '`--cert` and `--key` belong together', 'give both, or `--cert-dir`, or none');
  }
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(serviceAccountToken);
  const log = serverLog({
    level: options.logLevel,
    format: options.logFormat ?? (process.stderr.isTTY ? 'text' : 'json'),
    write: terminal.err,
  });
  const stop = stopSignal();
  const starting = startServer(
    {
      policies: options.policies ?? [stockPolicies()],
      host: options.host,
      port: options.port,
      tlsName: [...defaultNames, ...(options.tlsName ?? [])],
      cluster: options.cluster ? (options.kubeconfig ?? (inCluster ? 'in-cluster' : undefined)) : undefined,
      kubernetes: options.kubernetesVersion,
      namespace: options.ownNamespace ?? ownNamespace(),
      logAllowed: options.logAllowed,
      drainDelay: (options.drainDelay ?? (inCluster ? drainDelayInCluster : drainDelayElsewhere)) * 1000,
      version: packageVersion(),
      ...(options.cert === undefined ? {} : { cert: options.cert }),
      ...(options.key === undefined ? {} : { key: options.key }),
      ...(options.certDir === undefined ? {} : { certDir: options.certDir }),
    },
    log,
  );
  // From the beginning, for the signal ends a process that does not listen to it.
  const onHangup = () => void starting.then((server) => ('reload' in server ? server.reload() : undefined));
  process.on('SIGHUP', onHangup);
  const server = await starting;
  if ('problem' in server) return fail(terminal, server.problem, server.help);
  if ('diagnostics' in server) {
    const { diagnostics, texts } = server;
    const colour = terminal.colour.err;
    terminal.err(renderDiagnostics(diagnostics, { colour, text: (file) => texts.get(file) }));
    return 2;
  }
  await stop;
  await server.drain();
  process.off('SIGHUP', onHangup);
  return 0;
}

/** The namespace of the pod that this runs in; undefined outside of one. */
function ownNamespace(): string | undefined {
  try {
    return readFileSync(serviceAccountNamespace, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Settled by the first SIGTERM or SIGINT. The second one is obeyed at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    const ask = () => {
      if (isAsked) process.exit(1);
      isAsked = true;
      resolve();
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
  });
}

function fail(terminal: Terminal, message: string, help: string): ExitCode {
  terminal.err(`error: ${message}\n  help: ${help}\n`);
  return 2;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function portNumber(value: string): number {
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

function seconds(value: string): number {
  if (/^\d{1,4}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is a whole number of seconds below 10000');
}
