import type { Logger } from 'pino';
import { type ClusterClient, serverSideApply } from '../../cluster/index.ts';
import type { ClusterPolicies } from './cluster-policies.ts';
import { documentResources } from './cluster-policies.ts';
import { statusOf } from './document-status.ts';
import { labelOf } from './documents.ts';
import type { InForce } from './in-force.ts';
import { messageOf } from './message.ts';

const manager = 'abatis-status';

/** In milliseconds: between two writes, so that a thousand documents do not come down upon the API server at once. */
const interval = 50;

/**
 * Writes the status of every document of the cluster whose status is not as it should be. What cannot be written is
 * tried again the next time. Returns early where documents have been considered anew: what else is to be written by then
 * must not wait for a thousand of them.
 */
export async function writeStatuses(
  client: ClusterClient,
  policies: InForce,
  source: ClusterPolicies,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const documents = policies.documents();
  for (const considered of documents) {
    if (signal.aborted || policies.documents() !== documents) return;
    const live = source.now(considered.document);
    // A newer one will be considered in a moment.
    if (live === undefined || live.generation !== considered.document.generation) continue;
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const status = statusOf(considered, live.object, now);
    if (status === undefined) continue;
    const { kind, namespace, name } = live;
    const { apiVersion = '', resource = '' } = documentResources.find((each) => each.kind === kind) ?? {};
    const within = namespace === '' ? '' : `namespaces/${namespace}/`;
    const metadata = { name, ...(namespace !== '' && { namespace }), uid: live.uid };
    try {
      await serverSideApply(client, {
        path: `/apis/${apiVersion}/${within}${resource}/${encodeURIComponent(name)}/status`,
        object: { apiVersion, kind, metadata, status },
        manager,
        signal,
      });
    } catch (error) {
      if (!signal.aborted) {
        log.warn({ document: labelOf(live), problem: messageOf(error) }, 'its status could not be written');
      }
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
