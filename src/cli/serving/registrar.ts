import type { Logger } from 'pino';
import { type ClusterClient, ClusterError, registerWebhooks } from '../../cluster/index.ts';
import { defaultNamespace } from '../../compile/index.ts';
import { planRegistration, type Target, webhookConfigurationsOf } from '../../registration/index.ts';
import { ownKinds, webhookTimeout } from '../registering.ts';
import type { InForce } from './in-force.ts';
import { messageOf } from './message.ts';

export interface RegisterOptions {
  /** Of both webhook configurations. */
  readonly name: string;
  readonly target: Target;
  /** A file with the authorities that new webhooks get. */
  readonly caBundle: string | undefined;
}

/** Keeps the webhook configurations of a cluster in step with the policies in force. */
export interface Registrar {
  /** Compares, and writes what is different. What fails is logged once, and tried again the next time. */
  renew(): Promise<void>;
  /** Whether the last time came to its end. */
  isInStep(): boolean;
}

/** @param authority for webhooks that have none yet; undefined where it is not known */
export function registrar(
  client: ClusterClient,
  policies: InForce,
  { name, target }: RegisterOptions,
  holdsDocuments: boolean,
  authority: () => Promise<string | undefined>,
  log: Logger,
): Registrar {
  let problem: string | undefined;
  /** What the API server did not understand, so that it is not asked again and again. */
  let notUnderstood: string | undefined;

  const ownNamespace = policies.compileOptions().namespace ?? defaultNamespace;
  let owner: { readonly name: string; readonly uid: string } | undefined;
  /** The API server lets us have no owner; what it lets us do without one is done. */
  let isOwnerless = false;

  function desired(pushesConditions: boolean) {
    const { kinds } = policies.program();
    const plan = planRegistration(policies.set(), {
      kinds,
      ownNamespace,
      ...ownKinds(holdsDocuments),
      pushesConditions,
    });
    return webhookConfigurationsOf(plan, {
      name,
      target,
      timeoutSeconds: webhookTimeout,
      ...(owner !== undefined && !isOwnerless && { owner }),
    });
  }

  async function write(bundle: string | undefined, pushesConditions: boolean): Promise<void> {
    for (const configuration of Object.values(desired(pushesConditions))) {
      const result = await registerWebhooks(client, configuration, bundle);
      const { kind } = configuration;
      if (result === 'updated') log.info({ kind, name }, 'changed the registration');
    }
  }

  /** With an owner, if the API server allows it: OwnerReferencesPermissionEnforcement takes the right to delete. */
  async function writeOwned(bundle: string | undefined, pushesConditions: boolean): Promise<void> {
    try {
      await write(bundle, pushesConditions);
    } catch (error) {
      const isRefused = error instanceof ClusterError && error.status === 403;
      if (!isRefused || owner === undefined || isOwnerless) throw error;
      isOwnerless = true;
      try {
        await write(bundle, pushesConditions);
      } catch (otherwise) {
        isOwnerless = false;
        throw otherwise;
      }
      const note = 'the webhook configurations may not be given an owner, and do not go with the namespace';
      log.warn({ problem: error.message, namespace: owner.name }, note);
    }
  }

  return {
    async renew() {
      try {
        const bundle = await authority();
        owner ??= await ownerNamed(client, ownNamespace);
        const wanted = JSON.stringify(desired(true));
        try {
          await writeOwned(bundle, wanted !== notUnderstood);
        } catch (error) {
          if (!(error instanceof ClusterError && error.status === 422) || wanted === notUnderstood)
            throw error;
          // A condition that this API server's CEL does not know is left to us.
          notUnderstood = wanted;
          await writeOwned(bundle, false);
        }
        problem = undefined;
      } catch (error) {
        if (error instanceof ClusterError && error.status === 409) return;
        const what = messageOf(error);
        if (what !== problem)
          log.warn({ problem: what }, 'the webhooks cannot be registered as they should be');
        problem = what;
      }
    },
    isInStep: () => problem === undefined,
  };
}

/** The Namespace of this name; undefined where there is none, as beside a cluster, or none that may be read. */
async function ownerNamed(
  client: ClusterClient,
  name: string,
): Promise<{ readonly name: string; readonly uid: string } | undefined> {
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
    const { metadata } = (await client.get(path, { timeout: 10_000 })) as {
      readonly metadata?: { readonly uid?: unknown };
    };
    return typeof metadata?.uid === 'string' ? { name, uid: metadata.uid } : undefined;
  } catch (error) {
    if (error instanceof ClusterError && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}
