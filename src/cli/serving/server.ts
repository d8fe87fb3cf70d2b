import type { Logger } from 'pino';
import {
  type ClusterClient,
  clusterClient,
  discoverKinds,
  type EventRecorder,
  eventRecorder,
  type NamespaceCache,
  namespaceCache,
} from '../../cluster/index.ts';
import { factDesk } from '../../facts/index.ts';
import type { ResourceKind } from '../../model/index.ts';
import { type Metrics, type ReadinessCheck, webhookApp, webhookMetrics } from '../../webhook/index.ts';
import type { ImageConfig } from '../imaging/config.ts';
import { followClusterPolicies } from './cluster-policies.ts';
import { denialEvents } from './denials.ts';
import { type EmergencyOptions, emergencyBrake } from './emergency.ts';
import { serveImages } from './images.ts';
import { loadPolicies, type Refusal } from './in-force.ts';
import { followLead } from './lead.ts';
import { type Endpoint, listen } from './listen.ts';
import { serveLookups } from './lookups.ts';
import { messageOf } from './message.ts';
import type { RegisterOptions } from './registrar.ts';
import { documentReview } from './review-document.ts';
import { serverTls, type TlsOptions } from './tls.ts';
import { watchPaths } from './watch.ts';

export interface ServerOptions extends TlsOptions, Endpoint {
  /** Files and folders. */
  readonly policies: readonly string[];
  /** `in-cluster`, the path of a kubeconfig, or undefined for no cluster. */
  readonly cluster: string | undefined;
  /** Follow the policies that the cluster holds, too. */
  readonly clusterPolicies: boolean;
  /** Keep the webhook configurations of the cluster in step; undefined: they are somebody else's. */
  readonly register: RegisterOptions | undefined;
  readonly kubernetes: string | undefined;
  /** How images are read; undefined: they are not. */
  readonly images: ImageConfig | undefined;
  /** The namespace that this runs in. */
  readonly namespace: string | undefined;
  /** The Lease in it by which replicas agree on who writes. */
  readonly lease: string;
  /** The share of the requests that are allowed without a word to log. */
  readonly logAllowed: number;
  readonly maxInFlight: number;
  readonly emergency: EmergencyOptions;
  /** Write Events about denials; takes a cluster. */
  readonly events: boolean;
  /** In milliseconds: between saying that no more requests are wanted and refusing them. */
  readonly drainDelay: number;
  readonly version: string;
}

/** Why a server could not start, in words that tell the user how to mend it. */
export interface StartProblem {
  readonly problem: string;
  readonly help: string;
}

export interface RunningServer {
  /** `https://127.0.0.1:8443` */
  readonly address: string;
  /** Reads policies and certificates anew, whether or not files changed. */
  reload(): Promise<void>;
  /** Stops being ready, waits, stops accepting, answers what is in flight. */
  drain(): Promise<void>;
}

/** In milliseconds: what is left of a pod's 30 seconds of grace after the drain delay, and a little less. */
const drainLimit = 20_000;

/** In milliseconds: for Events that are still to be written when everything else has ended. */
const eventsLimit = 2000;

/** Starts a server. What the user did wrong is returned; only bugs throw. */
export async function startServer(
  options: ServerOptions,
  log: Logger,
): Promise<RunningServer | StartProblem | Refusal> {
  const client = await clientFor(options.cluster);
  if (client !== undefined && 'problem' in client) {
    const help = 'check `--kubeconfig`, or use `--no-cluster`';
    return { problem: `there is no way to the cluster: ${client.problem}`, help };
  }
  const metrics = webhookMetrics(options.version);
  const lookups = serveLookups(client, log);
  const loaded = await loadPolicies({
    paths: options.policies,
    kinds: client === undefined ? async () => [] : kindsOf(client, log),
    kubernetes: options.kubernetes,
    namespace: options.namespace,
    holdsDocuments: options.clusterPolicies,
    onUse: lookups.follow,
    metrics,
    log,
  });
  if ('diagnostics' in loaded) return loaded;
  const policies = loaded;

  const certified = await serverTls(options, client, metrics, log);
  if ('problem' in certified) return certified;
  const tls = certified;

  let isDraining = false;
  let lead: ReturnType<typeof followLead>;
  let clusterPolicies: ReturnType<typeof followClusterPolicies> | undefined;
  const namespaces = client === undefined ? undefined : watchNamespaces(client, log);
  const images = serveImages(options.images, client, log);
  lookups.follow(policies.program());
  const events = client !== undefined && options.events ? recorderOf(client, metrics, log) : undefined;
  const brake = emergencyBrake(options.emergency, client, metrics, log, events);
  function readiness(): readonly ReadinessCheck[] {
    const checks: readonly ReadinessCheck[] = [
      { name: 'server', ok: !isDraining, detail: isDraining ? 'shutting down' : 'listening' },
      { name: 'policies', ok: true, detail: policies.state() },
      tls.readiness(),
      ...(namespaces === undefined ? [] : [namespaceCheck(namespaces)]),
      ...(clusterPolicies === undefined ? [] : [clusterPolicies.readiness()]),
      ...[brake.readiness()].filter((check) => check !== undefined),
    ];
    const lookup = lookups.readiness(checks.every(({ ok }) => ok));
    return lookup === undefined ? checks : [...checks, lookup];
  }

  const app = webhookApp({
    current: () => brake.limit(policies.program()),
    emergency: brake.current,
    isEmergencySwitch: brake.isSwitch,
    maxInFlight: options.maxInFlight,
    ...(events !== undefined && { onDenied: denialEvents(events) }),
    metrics,
    log,
    readiness,
    closing: () => isDraining,
    ...(options.clusterPolicies && {
      reviewDocument: documentReview(policies.set, policies.compileOptions),
    }),
    logAllowed: options.logAllowed,
    ...tls.options,
    ...(namespaces === undefined ? {} : { namespaces }),
    facts: factDesk({
      sources: [images.source, lookups.source],
      observe: (source, outcome, milliseconds) => metrics.fact(source, outcome, milliseconds / 1000),
    }),
  });

  // One after the other, so that the last one to start is the one that counts.
  let queue = Promise.resolve();
  function enqueue(work: () => Promise<void>): Promise<void> {
    queue = queue
      .then(work)
      .catch((error) => log.error({ problem: messageOf(error) }, 'failed to reload, which is a bug'));
    return queue;
  }
  function reload(isForced: boolean): Promise<void> {
    return enqueue(async () => {
      await policies.reload(isForced);
      await tls.renew();
      lead?.wake();
    });
  }

  const address = await listen(app, options);
  if (typeof address !== 'string') {
    namespaces?.close();
    images.close();
    lookups.close();
    brake.close();
    await app.close();
    return { ...address, help: 'choose another one with `--port` and `--host`' };
  }
  const stopWatching = watchPaths({
    paths: [...options.policies, ...tls.files],
    onChange: () => reload(false),
  });
  tls.attach(app.server);
  if (client !== undefined) {
    clusterPolicies = options.clusterPolicies
      ? followClusterPolicies(client, policies, metrics, log, enqueue)
      : undefined;
    const isReady = () => readiness().every(({ ok }) => ok);
    lead = followLead({ client, policies, clusterPolicies, options, isReady, enqueue, metrics, log });
  }
  const greeting = `listening on ${address} with ${policies.state()}, and ${tls.origin}`;
  log.info({ address, cluster: client?.server }, greeting);

  return {
    address,
    reload: () => reload(true),
    async drain() {
      isDraining = true;
      log.info({}, 'draining');
      stopWatching();
      tls.stop();
      // An API server that does not answer holds that up, and must not hold up the rest.
      const resigned = lead?.stop();
      await new Promise((resolve) => setTimeout(resolve, options.drainDelay));
      // A client that never finishes its request must not keep the process.
      const limit = setTimeout(() => app.server.closeAllConnections(), drainLimit);
      await app.close();
      clearTimeout(limit);
      namespaces?.close();
      images.close();
      lookups.close();
      clusterPolicies?.close();
      brake.close();
      await events?.close(eventsLimit);
      await resigned;
      log.info({}, 'stopped');
    },
  };
}

async function clientFor(
  cluster: string | undefined,
): Promise<ClusterClient | { readonly problem: string } | undefined> {
  if (cluster === undefined) return undefined;
  return clusterClient(cluster === 'in-cluster' ? undefined : cluster);
}

function recorderOf(client: ClusterClient, metrics: Metrics, log: Logger): EventRecorder {
  return eventRecorder(client, {
    onResult: metrics.event,
    onProblem: (problem) => log.warn({ problem }, 'an Event could not be written'),
  });
}

/** The kinds of a cluster; while it does not answer, those that it had when it last did. */
function kindsOf(client: ClusterClient, log: Logger): () => Promise<readonly ResourceKind[]> {
  let known: readonly ResourceKind[] = [];
  return async () => {
    try {
      known = await discoverKinds(client);
    } catch (error) {
      log.warn({ problem: messageOf(error) }, 'the cluster does not say which kinds it has now');
    }
    return known;
  };
}

function watchNamespaces(client: ClusterClient, log: Logger): NamespaceCache {
  return namespaceCache(client, {
    onChange({ connected, count, problem }) {
      if (connected) log.info({ namespaces: count }, 'watching namespaces');
      else log.warn({ problem, namespaces: count }, 'lost sight of namespaces; what was known stays');
    },
    onFailedFetch: (namespace, problem) =>
      log.warn({ namespace, problem }, 'a new namespace could not be asked for; its labels are not known'),
  });
}

function namespaceCheck(namespaces: NamespaceCache): ReadinessCheck {
  const { synced, connected, count, problem } = namespaces.state();
  const how = connected ? 'up to date' : `not up to date: ${problem ?? 'not connected yet'}`;
  return { name: 'namespaces', ok: synced, detail: `${count}, ${how}` };
}
