import { existsSync, readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { defaultNamespace } from '../compile/index.ts';
import type { Diagnostic } from '../model/index.ts';
import { renderDiagnostics } from '../report/index.ts';
import { durationMilliseconds, parseDuration } from '../time/index.ts';
import { kubernetesVersion, namespaceName } from './arguments.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';
import { readImageConfig } from './imaging/config.ts';
import { packageVersion } from './package.ts';
import { type PolicyChoice, policyOptions, policyPaths } from './packs.ts';
import { defaultRegistration, targetOf } from './registering.ts';
import type { SecretPlace } from './serving/certificate.ts';
import { logFormats, logLevels, serverLog } from './serving/log.ts';
import { startServer } from './serving/server.ts';
import { type TlsVersion, tlsVersions } from './serving/tls.ts';

interface Options extends PolicyChoice {
  readonly port: number;
  readonly host?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly certDir?: string;
  readonly certSecret?: string;
  readonly certLife?: number;
  readonly caLife?: number;
  readonly webhookConfiguration?: readonly string[];
  readonly clusterPolicies: boolean;
  readonly register?: string | true;
  readonly service?: string;
  readonly registerUrl?: string;
  readonly caBundle?: string;
  readonly lease?: string;
  readonly clientCa?: string;
  readonly clientName?: readonly string[];
  readonly tlsName?: readonly string[];
  readonly tlsMinVersion: TlsVersion;
  readonly kubeconfig?: string;
  readonly cluster: boolean;
  readonly imageConfig?: string;
  readonly drainDelay?: number;
  readonly kubernetesVersion?: string;
  readonly ownNamespace?: string;
  readonly logLevel: string;
  readonly logFormat?: (typeof logFormats)[number];
  readonly logAllowed?: number | true;
  readonly maxInFlight: number;
  readonly emergencyConfigmap: string;
  readonly emergencyFile?: string;
  readonly events: boolean;
}

const defaultNames = ['localhost', '127.0.0.1', '::1', 'abatis.abatis-system.svc'];

/** Kubernetes' documentation: where every pod finds its service account, unless that is switched off. */
const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

const serviceAccountNamespace = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** In milliseconds: short, for nobody has to renew them. */
const defaultCertLife = 168 * 60 * 60 * 1000;
const defaultCaLife = 2160 * 60 * 60 * 1000;

/** In seconds: how long others may take to learn that a pod is not ready. */
const drainDelayInCluster = 5;

/** In seconds: until clients with an open connection have been told on it to open no more. */
const drainDelayElsewhere = 1;

/** `abatis serve`: answers the API server, and whoever else asks, until it is told to stop. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    policyOptions(command)
      .description("Answer the API server's admission requests over HTTPS.")
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
      .addOption(
        new Option(
          '--cert-secret <secret>',
          'make a certificate in this Secret, `namespace/name`, for all replicas, and rotate it',
        ).conflicts(['cert', 'key', 'certDir']),
      )
      .option('--cert-life <duration>', 'how long a certificate in a Secret lives (default: 168h)', life)
      .option(
        '--ca-life <duration>',
        'how long its authority lives, three times as long or more (default: 2160h)',
        life,
      )
      .option(
        '--webhook-configuration <name>',
        'keep the caBundle of the webhook configurations of this name up to date; can be given again',
        collect,
      )
      .option(
        '--client-ca <file>',
        'judge only for clients with a certificate of this authority, the API server for one',
      )
      .option('--client-name <name>', 'and only if it is for this name; can be given again', collect)
      .option(
        '--tls-name <name>',
        `a name or address that the certificate is made for, beside ${defaultNames.join(', ')}; can be given again`,
        collect,
      )
      .addOption(
        new Option('--tls-min-version <version>', 'refuse connections by an older TLS')
          .choices(tlsVersions)
          .default('1.3'),
      )
      .addOption(
        new Option('--kubeconfig <file>', 'the cluster to ask for namespaces and kinds').conflicts(
          'noCluster',
        ),
      )
      .option('--no-cluster', 'ask no cluster (default: the one this runs in, if any)')
      .option(
        '--cluster-policies',
        'follow the policies, bindings and exceptions that the cluster holds, beside those of files',
        false,
      )
      .option(
        '--register [name]',
        `keep the webhook configurations of this name in step with the policies (default: ${defaultRegistration})`,
      )
      .addOption(
        new Option(
          '--service <service>',
          'the Service that they call, `namespace/name` or `namespace/name:port` (default: abatis in its own namespace)',
        ).conflicts('registerUrl'),
      )
      .option('--register-url <url>', 'the address that they call instead')
      .option(
        '--ca-bundle <file>',
        'the authorities that new webhooks are to trust, where others keep the certificate',
      )
      .option(
        '--lease <name>',
        `the Lease in its own namespace by which replicas agree on who writes (default: the name of --register, else ${defaultRegistration})`,
        leaseName,
      )
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
        '--image-config <file>',
        'inspect images for policies, from the registries that this file allows',
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
      .option(
        '--log-allowed [share]',
        'log requests that are allowed without a warning, too: all of them, or a share such as 0.01',
        share,
      )
      .option(
        '--max-in-flight <number>',
        'how many requests may be in flight before more are left to failurePolicy',
        positive,
        500,
      )
      .option(
        '--emergency-configmap <name>',
        'the ConfigMap in its own namespace that turns everything to Audit by `mode: Audit`',
        configMapName,
        'abatis-emergency',
      )
      .option('--emergency-file <file>', 'a file that does the same by its first line, `Audit`')
      .option('--events', 'write Events about denials into the namespaces of the objects', false)
      .action(async (options: Options) => exit(await serve(options, terminal)));
  },
};

async function serve(options: Options, terminal: Terminal): Promise<ExitCode> {
  if ((options.cert === undefined) !== (options.key === undefined)) {
    return fail(terminal, '`--cert` and `--key` belong together', 'give both, or `--cert-dir`, or none');
  }
  if ((options.caLife ?? defaultCaLife) < 3 * (options.certLife ?? defaultCertLife)) {
    return fail(
      terminal,
      '`--ca-life` must be three times `--cert-life` or more',
      'leave both out for 2160h and 168h',
    );
  }
  if (options.webhookConfiguration !== undefined && options.certSecret === undefined) {
    return fail(terminal, '`--webhook-configuration` goes with `--cert-secret`', 'give both, or none');
  }
  if (options.clientName !== undefined && options.clientCa === undefined) {
    return fail(terminal, '`--client-name` goes with `--client-ca`', 'give both, or `--client-ca` alone');
  }
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(serviceAccountToken);
  const cluster = options.cluster
    ? (options.kubeconfig ?? (inCluster ? 'in-cluster' : undefined))
    : undefined;
  const place = secretPlace(options);
  if (place === null) {
    return fail(
      terminal,
      `\`${options.certSecret}\` is no Secret`,
      'give `namespace/name`, such as `abatis-system/abatis-tls`',
    );
  }
  if (place !== undefined && cluster === undefined) {
    return fail(terminal, '`--cert-secret` needs a cluster', 'run it in one, or give `--kubeconfig`');
  }
  const flag = options.clusterPolicies
    ? '--cluster-policies'
    : options.events
      ? '--events'
      : options.register === undefined
        ? undefined
        : '--register';
  if (cluster === undefined && flag !== undefined) {
    return fail(terminal, `\`${flag}\` needs a cluster`, 'run it in one, or give `--kubeconfig`');
  }
  const namespace = options.ownNamespace ?? ownNamespace();
  const target = targetOf(
    { url: options.registerUrl, service: options.service },
    namespace ?? defaultNamespace,
  );
  if (target === undefined) {
    const help = 'give `--service` as `namespace/name`, or `--register-url` as `https://host:port`';
    return fail(terminal, 'there is nobody to call', help);
  }
  const images = options.imageConfig === undefined ? undefined : readImageConfig(options.imageConfig);
  if (images !== undefined && 'diagnostics' in images) return refuse(images, terminal);
  const log = serverLog({
    level: options.logLevel,
    format: options.logFormat ?? (process.stderr.isTTY ? 'text' : 'json'),
    write: terminal.err,
  });
  const stop = stopSignal();
  const starting = startServer(
    {
      policies: hasNoFiles(options) ? [] : policyPaths(options),
      clusterPolicies: options.clusterPolicies,
      register:
        options.register === undefined
          ? undefined
          : { name: registrationName(options.register), target, caBundle: options.caBundle },
      host: options.host,
      port: options.port,
      tlsName: [...defaultNames, ...(options.tlsName ?? [])],
      tlsMinVersion: options.tlsMinVersion,
      cluster,
      clientNames: options.clientName ?? [],
      kubernetes: options.kubernetesVersion,
      images: images?.config,
      namespace,
      lease:
        options.lease ??
        (options.register === undefined ? defaultRegistration : registrationName(options.register)),
      logAllowed: options.logAllowed === true ? 1 : (options.logAllowed ?? 0),
      maxInFlight: options.maxInFlight,
      emergency: {
        configMap:
          cluster === undefined
            ? undefined
            : { namespace: namespace ?? defaultNamespace, name: options.emergencyConfigmap },
        file: options.emergencyFile,
      },
      events: options.events,
      drainDelay: (options.drainDelay ?? (inCluster ? drainDelayInCluster : drainDelayElsewhere)) * 1000,
      version: packageVersion(),
      ...(options.cert === undefined ? {} : { cert: options.cert }),
      ...(options.key === undefined ? {} : { key: options.key }),
      ...(options.certDir === undefined ? {} : { certDir: options.certDir }),
      ...(place === undefined ? {} : { certSecret: place }),
      ...(options.clientCa === undefined ? {} : { clientCa: options.clientCa }),
    },
    log,
  );
  // From the beginning, for the signal ends a process that does not listen to it.
  const onHangup = () => void starting.then((server) => ('reload' in server ? server.reload() : undefined));
  process.on('SIGHUP', onHangup);
  const server = await starting;
  if ('problem' in server) return fail(terminal, server.problem, server.help);
  if ('diagnostics' in server) return refuse(server, terminal);
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

/** Undefined where none is asked for, null where what is asked for is none. */
function secretPlace(options: Options): SecretPlace | undefined | null {
  if (options.certSecret === undefined) return undefined;
  const [name = '', namespace = ownNamespace(), ...more] = options.certSecret.split('/').reverse();
  if (!isObjectName(name) || namespace === undefined || !isObjectName(namespace) || more.length > 0)
    return null;
  const { certLife = defaultCertLife, caLife = defaultCaLife, webhookConfiguration = [], register } = options;
  const registered = register === undefined ? [] : [registrationName(register)];
  const configurations = [...new Set([...webhookConfiguration, ...registered])];
  return { namespace, name, certLife, caLife, configurations };
}

function registrationName(register: string | true): string {
  return register === true ? defaultRegistration : register;
}

/** Nobody means the default pack who says that policies are in the cluster. */
function hasNoFiles({ clusterPolicies, policies, pack }: Options): boolean {
  return clusterPolicies && policies === undefined && pack === undefined;
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

/** What the user wrote is wrong, and shown where. */
function refuse(
  { diagnostics, texts }: { diagnostics: readonly Diagnostic[]; texts: ReadonlyMap<string, string> },
  terminal: Terminal,
): ExitCode {
  terminal.err(
    renderDiagnostics(diagnostics, { colour: terminal.colour.err, text: (file) => texts.get(file) }),
  );
  return 2;
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

function life(value: string): number {
  const duration = parseDuration(value);
  const milliseconds =
    duration === undefined || typeof duration === 'string' ? 0 : durationMilliseconds(duration);
  if (milliseconds >= 1000) return milliseconds;
  throw new InvalidArgumentError('a duration such as `168h`, of a second or more');
}

function share(value: string): number {
  if (/^(?:0|1|0?\.\d{1,9})$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is a number from 0 to 1, such as 0.01 for one in a hundred');
}

function positive(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is a whole number from 1 to 999999');
}

function configMapName(value: string): string {
  if (isObjectName(value)) return value;
  throw new InvalidArgumentError('a name such as `abatis-emergency`');
}

function leaseName(value: string): string {
  if (isObjectName(value)) return value;
  throw new InvalidArgumentError('a name such as `abatis`');
}

function isObjectName(value: string): boolean {
  return /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/.test(value);
}

function seconds(value: string): number {
  if (/^\d{1,4}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is a whole number of seconds below 10000');
}
