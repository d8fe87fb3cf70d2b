import type { Logger } from 'pino';
import { type ClusterClient, type DocumentsState, policyDocuments } from '../../cluster/index.ts';
import { apiVersion, documentKinds, resourceOf } from '../../load/index.ts';
import type { Metrics, ReadinessCheck } from '../../webhook/index.ts';
import type { HeldDocument } from './documents.ts';
import type { InForce } from './in-force.ts';

/** Policies that the cluster holds, followed into what is in force. */
export interface ClusterPolicies {
  readiness(): ReadinessCheck;
  /** Told when documents have been considered. */
  onConsidered(tell: () => void): void;
  /** The document as the cluster has it now, its status too. */
  now(document: HeldDocument): HeldDocument | undefined;
  close(): void;
}

/** In milliseconds: how long it must be quiet before changes are acted upon, and how long they wait at most. */
const quiet = 100;
const longest = 1_000;

/** Our kinds, and where a cluster has their documents. */
export const documentResources = Object.values(documentKinds).map(({ kind }) => ({
  kind,
  apiVersion,
  resource: resourceOf(kind),
}));

/**
 * Follows the cluster's documents. Many changes at once are acted upon together; requests meanwhile are judged by what
 * was in force before.
 * @param enqueue runs work one after the other with other loads
 */
export function followClusterPolicies(
  client: ClusterClient,
  policies: InForce,
  metrics: Metrics,
  log: Logger,
  enqueue: (work: () => Promise<void>) => Promise<void>,
): ClusterPolicies {
  let timer: NodeJS.Timeout | undefined;
  let since: number | undefined;
  let isConsidered = false;
  let seen: string | undefined;
  let told: string | undefined;
  const listeners: (() => void)[] = [];

  const source = policyDocuments(client, {
    resources: documentResources,
    onChange: schedule,
    onState: report,
  });
  metrics.cacheAge(() => ageOf(source.state()));

  function report(state: DocumentsState): void {
    const { connected, count, problem } = state;
    // Each kind is followed by itself, and all of them mostly fail together.
    const isNews = problem !== told;
    told = connected ? undefined : problem;
    if (connected) log.info({ documents: count }, 'following the policies of the cluster');
    else if (problem !== undefined && isNews)
      log.warn(
        { problem, documents: count },
        'lost sight of the policies of the cluster; what was known stays',
      );
    schedule();
  }

  function schedule(): void {
    const now = performance.now();
    since ??= now;
    clearTimeout(timer);
    timer = setTimeout(() => void enqueue(consider), Math.max(0, Math.min(quiet, since + longest - now)));
  }

  async function consider(): Promise<void> {
    since = undefined;
    if (!source.state().synced) return;
    const documents = source.documents();
    const version = versionOf(documents);
    // A status that was written is no change.
    if (isConsidered && version === seen) return;
    seen = version;
    await policies.consider(documents);
    isConsidered = true;
    for (const tell of listeners) tell();
  }

  return {
    readiness() {
      const { connected, count, problem } = source.state();
      const how = connected ? 'up to date' : `not up to date: ${problem ?? 'not connected yet'}`;
      return {
        name: 'cluster policies',
        ok: isConsidered,
        detail: `${count} ${count === 1 ? 'document' : 'documents'}, ${how}`,
      };
    },
    onConsidered: (tell) => listeners.push(tell),
    now: ({ kind, namespace, name, uid }) =>
      source
        .documents()
        .find(
          (each) =>
            each.uid === uid && each.kind === kind && each.name === name && each.namespace === namespace,
        ),
    close() {
      clearTimeout(timer);
      source.close();
    },
  };
}

/** What of documents can make a difference: everything but their status. */
function versionOf(documents: readonly HeldDocument[]): string {
  return JSON.stringify(documents.map(({ uid, generation }) => [uid, generation]).sort());
}

/** In seconds; 0 while changes arrive. */
function ageOf({ lostAt }: DocumentsState): number {
  return lostAt === undefined ? 0 : Math.max(0, (Date.now() - lostAt) / 1000);
}
