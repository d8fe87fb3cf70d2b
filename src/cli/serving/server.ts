import type { Logger } from 'pino';
import { type ClusterClient, clusterClient, discoverKinds, namespaceCache } from '../../cluster/index.ts';
import type { Program } from '../../compile/index.ts';
import type { Diagnostic, ResourceKind } from '../../model/index.ts';
import { type ReadinessCheck, webhookApp, webhookMetrics } from '../../webhook/index.ts';
import { type CertificateOptions, certificateSource } from './certificate.ts';
import { isSame, type PolicySet, type PolicyText, programOf, readPolicies, summary } from './policies.ts';
import { watchPaths } from './watch.ts';

export interface ServerOptions extends CertificateOptions {
  readonly policies: readonly string[];
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
  /** `in-cluster`, the path of a kubeconfig, or undefined for no cluster. */
  readonly cluster: string | undefined;
  readonly logAllowed: boolean;
  /** In milliseconds: between saying that no more requests are wanted and refusing them. */
  readonly drainDelay: number;
  readonly version: string;
}

/** A server that could not start: for the user, who can mend it. */
export interface StartProblem {
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that the diagnostics are about. */
  readonly texts: ReadonlyMap<string, string>;
  readonly message?: string;
  readonly help?: string;
}

export interface RunningServer {
  /** `https://127.0.0.1:8443` */
  readonly address: string;
  /** Reads policies and certificates anew, whether or not files changed. */
  reload(): Promise<void>;
  /** Stops being ready, waits, stops accepting, answers what is in flight. */
  drain(): Promise<void>;
}

/** In milliseconds: how often it is asked whether the certificate has to be renewed. */
const renewalInterval = 60 * 60 * 1000;

/** In milliseconds: what is left of a pod's 30 seconds of grace after the drain delay, and a little less. */
const drainLimit = 20_000;

/** Starts a server. What the user did wrong is returned; only bugs throw. */
export async function startServer(
  options: ServerOptions,
  log: Logger,
): Promise<RunningServer | StartProblem> {
  const metrics = webhookMetrics(options.version);
  let kinds: readonly ResourceKind[] = [];
  let client: ClusterClient | undefined;
  if (options.cluster !== undefined) {
    const made = await clusterClient(options.cluster === 'in-cluster' ? undefined : options.cluster);
    if ('problem' in made) {
      return problem(
        `there is no way to the cluster: ${made.problem}`,
        'check --kubeconfig, or use --no-cluster',
      );
    }
    client = made;
    kinds = (await discover(client, log)) ?? [];
  }

  let text = await readPolicies(options.policies);
  const first = programOf(text, kinds);
  if (first.program === undefined) {
    return { diagnostics: first.diagnostics, texts: textsOf(text) };
  }
  let program: Program = first.program;
  logDiagnostics(log, first.diagnostics);
  metrics.loaded(program);

  const certificates = certificateSource(options);
  let pair: Awaited<ReturnType<typeof certificates.get>>;
  try {
    pair = await certificates.get();
  } catch (error) {
    return problem(
      `there is no certificate to serve with: ${messageOf(error)}`,
      'check --cert and --key, or --cert-dir',
    );
  }

  let refusal: string | undefined;
  let isDraining = false;
  const namespaces =
    client === undefined
      ? undefined
      : namespaceCache(client, {
          onFailedFetch: (namespace, problem) =>
            log.warn(
              { namespace, problem },
              'a new namespace could not be asked for; its labels are not known',
            ),
          onChange(state) {
            if (state.connected) log.info({ namespaces: state.count }, 'watching namespaces');
            else
              log.warn(
                { problem: state.problem, namespaces: state.count },
                'lost sight of namespaces; what was known stays',
              );
          },
        });

  function readiness(): readonly ReadinessCheck[] {
    const checks: ReadinessCheck[] = [
      { name: 'server', ok: !isDraining, detail: isDraining ? 'shutting down' : 'listening' },
      {
        name: 'policies',
        ok: true,
        detail: refusal === undefined ? summary(program) : `${summary(program)}; ${refusal}`,
      },
    ];
    if (namespaces !== undefined) {
      const { synced, connected, count, problem: why } = namespaces.state();
      const how = connected ? 'up to date' : `not up to date: ${why ?? 'not connected yet'}`;
      checks.push({ name: 'namespaces', ok: synced, detail: `${count}, ${how}` });
    }
    return checks;
  }

  const app = webhookApp({
    current: () => program,
    metrics,
    log,
    readiness,
    closing: () => isDraining,
    logAllowed: options.logAllowed,
    https: pair,
    ...(namespaces === undefined ? {} : { namespaces }),
  });

  async function loadPolicies(isForced: boolean): Promise<void> {
    const read = await readPolicies(options.policies);
    if (!isForced && isSame(text, read)) return;
    text = read;
    if (client !== undefined) kinds = (await discover(client, log)) ?? kinds;
    const next = tryProgramOf(read, kinds, log);
    logDiagnostics(log, next.diagnostics);
    if (next.program === undefined) {
      const errors = next.diagnostics.filter(({ severity }) => severity === 'error').length;
      const why = errors === 0 ? 'a bug' : errors === 1 ? '1 error' : `${errors} errors`;
      refusal = `a changed set was refused (${why}) and the former one is in force`;
      metrics.refused();
      log.error({ errors }, 'the changed policies are refused; the former ones stay in force');
      return;
    }
    program = next.program;
    refusal = undefined;
    metrics.loaded(program);
    log.info({}, `loaded ${summary(program)}`);
  }

  async function renewCertificate(): Promise<void> {
    try {
      const next = await certificates.get();
      if (next.cert === pair.cert && next.key === pair.key) return;
      app.server.setSecureContext({ cert: next.cert, key: next.key });
      pair = next;
      log.info({}, 'serving with a new certificate');
    } catch (error) {
      log.error({ problem: messageOf(error) }, 'the new certificate cannot be used; the former one stays');
    }
  }

  // One after the other, so that the last one to start is the one that counts.
  let queue = Promise.resolve();
  function reload(isForced: boolean): Promise<void> {
    queue = queue.then(() => loadPolicies(isForced)).then(renewCertificate);
    return queue;
  }

  let address: string;
  try {
    address = await listen(app, options);
  } catch (error) {
    namespaces?.close();
    await app.close();
    return problem(listenProblem(error, options), 'choose another one with --port and --host');
  }
  const stopWatching = watchPaths({
    paths: [...options.policies, ...certificates.files],
    onChange: () => reload(false),
  });
  const renewal = setInterval(() => void renewCertificate(), renewalInterval);
  renewal.unref();
  log.info(
    { address, cluster: client?.server },
    `listening on ${address} with ${summary(program)}, and ${certificates.origin}`,
  );

  return {
    address,
    reload: () => reload(true),
    async drain() {
      isDraining = true;
      log.info({}, 'draining');
      stopWatching();
      clearInterval(renewal);
      await new Promise((resolve) => setTimeout(resolve, options.drainDelay));
      // A client that never finishes its request must not keep the process.
      const limit = setTimeout(() => app.server.closeAllConnections(), drainLimit);
      await app.close();
      clearTimeout(limit);
      namespaces?.close();
      log.info({}, 'stopped');
    },
  };
}

/** A bug that a changed policy brings to light must not take a server down that works. */
function tryProgramOf(text: PolicyText, kinds: readonly ResourceKind[], log: Logger): PolicySet {
  try {
    return programOf(text, kinds);
  } catch (error) {
    log.error(
      { error: error instanceof Error ? error.stack : String(error) },
      'failed to load policies, which is a bug',
    );
    return { program: undefined, diagnostics: [] };
  }
}

async function listen(app: ReturnType<typeof webhookApp>, { host, port }: ServerOptions): Promise<string> {
  try {
    await app.listen({ host: host ?? '::', port });
  } catch (error) {
    if (host !== undefined || codeOf(error) !== 'EAFNOSUPPORT') throw error;
    await app.listen({ host: '0.0.0.0', port });
  }
  const bound = app.server.address();
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port;
  const shown = host ?? 'localhost';
  return `https://${shown.includes(':') ? `[${shown}]` : shown}:${actual}`;
}

function listenProblem(error: unknown, { host, port }: ServerOptions): string {
  const where = host === undefined ? `port \`${port}\`` : `\`${host}\` port \`${port}\``;
  const reasons: { readonly [code: string]: string } = {
    EADDRINUSE: 'somebody else listens there',
    EACCES: 'it takes more rights than this process has',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'there is no such host',
  };
  return `cannot listen on ${where}: ${reasons[codeOf(error)] ?? messageOf(error)}`;
}

async function discover(client: ClusterClient, log: Logger): Promise<readonly ResourceKind[] | undefined> {
  try {
    return await discoverKinds(client);
  } catch (error) {
    log.warn({ problem: messageOf(error) }, 'the kinds of the cluster are not known; built-in ones are');
    return undefined;
  }
}

function logDiagnostics(log: Logger, diagnostics: readonly Diagnostic[]): void {
  for (const { severity, code, message, help, file, span } of diagnostics) {
    const place =
      file === undefined
        ? undefined
        : span === undefined
          ? file
          : `${file}:${span.start.line}:${span.start.column}`;
    log[severity === 'error' ? 'error' : 'warn']({ code, place, help }, message);
  }
}

function problem(message: string, help: string): StartProblem {
  return { diagnostics: [], texts: new Map(), message, help };
}

function textsOf({ sources }: PolicyText): ReadonlyMap<string, string> {
  return new Map(sources.map(({ file, text }) => [file, text]));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
