import type { Logger } from 'pino';
import type { ClusterClient } from '../../cluster/index.ts';
import { defaultNamespace } from '../../compile/index.ts';
import type { Metrics } from '../../webhook/index.ts';
import { firstAuthority } from './authority.ts';
import type { CertificateOptions } from './certificate.ts';
import type { ClusterPolicies } from './cluster-policies.ts';
import type { InForce } from './in-force.ts';
import { contend, type Leadership } from './leader.ts';
import { type RegisterOptions, registrar } from './registrar.ts';
import { writeStatuses } from './status-writer.ts';

/** In milliseconds: how often to ask which kinds the cluster serves. */
const kindsInterval = 30_000;

/** In milliseconds: the longest that a registration waits for those who start to be found. */
const longestSettling = 10_000;

export interface LeadOptions {
  readonly client: ClusterClient;
  readonly policies: InForce;
  readonly clusterPolicies: ClusterPolicies | undefined;
  readonly options: CertificateOptions & {
    readonly register: RegisterOptions | undefined;
    readonly namespace: string | undefined;
    /** The name of the Lease, in that namespace. */
    readonly lease: string;
    /** In milliseconds: how long others take to learn that this one is ready no more. */
    readonly drainDelay: number;
  };
  /** Whether this replica answers requests. */
  readonly isReady: () => boolean;
  /** Runs work one after the other with other loads. */
  readonly enqueue: (work: () => Promise<void>) => Promise<void>;
  readonly metrics: Pick<Metrics, 'leading'>;
  readonly log: Logger;
}

/**
 * What is written to the cluster, by one of the replicas: the status of documents, and the registration. Undefined
 * where there is nothing to write.
 */
export function followLead(lead: LeadOptions): Leadership | undefined {
  const { client, policies, clusterPolicies, options, isReady, enqueue, metrics, log } = lead;
  const { register, namespace = defaultNamespace, lease, drainDelay } = options;
  if (register === undefined && clusterPolicies === undefined) return undefined;
  const registration =
    register &&
    registrar(
      client,
      policies,
      register,
      clusterPolicies !== undefined,
      () => firstAuthority(options, register.caBundle, client),
      log,
    );
  // What fails closed must not be registered before anybody can be asked: a fresh installation would be an outage.
  const settling = Math.min(2 * drainDelay, longestSettling);
  const settled = performance.now() + settling;
  const mayRegister = () => isReady() && performance.now() >= settled;
  const leadership = contend(client, { namespace, name: lease }, log, async (signal) => {
    // Before everything has been considered, the registration would forget what is in force elsewhere.
    if (clusterPolicies?.readiness().ok === false) return;
    // Nor while the cluster has not said which kinds there are: it was away when this started.
    if (policies.compileOptions().kinds?.length === 0) await enqueue(policies.renewKinds);
    if (policies.compileOptions().kinds?.length === 0) return;
    if (mayRegister()) await registration?.renew();
    if (clusterPolicies !== undefined) await writeStatuses(client, policies, clusterPolicies, log, signal);
  });
  clusterPolicies?.onConsidered(leadership.wake);
  metrics.leading(() => leadership.isLeading() && registration?.isInStep() !== false);
  const kinds = setInterval(() => {
    void enqueue(policies.renewKinds).then(leadership.wake);
  }, kindsInterval);
  kinds.unref();
  const waking = setTimeout(leadership.wake, settling).unref();
  return {
    ...leadership,
    stop() {
      clearInterval(kinds);
      clearTimeout(waking);
      return leadership.stop();
    },
  };
}
