import type { Logger } from 'pino';
import type { ClusterClient } from '../../cluster/index.ts';
import { defaultNamespace } from '../../compile/index.ts';
import { firstAuthority } from './authority.ts';
import type { CertificateOptions } from './certificate.ts';
import type { ClusterPolicies } from './cluster-policies.ts';
import type { InForce } from './in-force.ts';
import { contend, type Leadership } from './leader.ts';
import { type RegisterOptions, registrar } from './registrar.ts';
import { writeStatuses } from './status-writer.ts';

/** In milliseconds: how often to ask which kinds the cluster serves. */
const kindsInterval = 30_000;

export interface LeadOptions {
  readonly client: ClusterClient;
  readonly policies: InForce;
  readonly clusterPolicies: ClusterPolicies | undefined;
  readonly options: CertificateOptions & {
    readonly register: RegisterOptions | undefined;
    readonly namespace: string | undefined;
    /** The name of the Lease, in that namespace. */
    readonly lease: string;
  };
  /** Runs work one after the other with other loads. */
  readonly enqueue: (work: () => Promise<void>) => Promise<void>;
  readonly log: Logger;
}

/**
 * What is written to the cluster, by one of the replicas: the status of documents, and the registration. Undefined
 * where there is nothing to write.
 */
export function followLead(lead: LeadOptions): Leadership | undefined {
  const { client, policies, clusterPolicies, options, enqueue, log } = lead;
  const { register, namespace = defaultNamespace, lease } = options;
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
  const leadership = contend(client, { namespace, name: lease }, log, async (signal) => {
    // Before everything has been considered, the registration would forget what is in force elsewhere.
    if (clusterPolicies?.readiness().ok === false) return;
    // Nor while the cluster has not said which kinds there are: it was away when this started.
    if (policies.compileOptions().kinds?.length === 0) await enqueue(policies.renewKinds);
    if (policies.compileOptions().kinds?.length === 0) return;
    await registration?.renew();
    if (clusterPolicies !== undefined) await writeStatuses(client, policies, clusterPolicies, log, signal);
  });
  clusterPolicies?.onConsidered(leadership.wake);
  const kinds = setInterval(() => {
    void enqueue(policies.renewKinds).then(leadership.wake);
  }, kindsInterval);
  kinds.unref();
  return {
    wake: leadership.wake,
    stop() {
      clearInterval(kinds);
      return leadership.stop();
    },
  };
}
