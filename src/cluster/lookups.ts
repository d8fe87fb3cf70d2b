import type { FactAnswer, FactRequest } from '../model/index.ts';
import type { ClusterClient } from './client.ts';
import { type FollowedKind, type FollowOptions, followedKind, type LookupState } from './followed-kind.ts';
import { namedObjects, unavailable } from './named-objects.ts';

/** Answers the fact `lookup` from the cluster. */
export interface ClusterLookups {
  readonly name: 'lookup';
  readonly late: string;
  peek(request: FactRequest): FactAnswer | undefined;
  find(request: FactRequest): Promise<FactAnswer>;
  /** Says which kinds are looked up from now on: `coordination.k8s.io/v1/Lease`. What is left out is given up. */
  follow(kinds: readonly string[]): void;
  /** Of each kind that is followed. */
  state(): readonly LookupState[];
  close(): void;
}

export interface ClusterLookupsOptions extends FollowOptions {
  /** In milliseconds: how long an answer that was asked for by name is good. */
  readonly answersLast?: number;
  /** Told when an object could not be asked for, in the words of the API server. */
  readonly onProblem?: (kind: string, problem: string) => void;
}

/** In milliseconds: how long a kind stays that nobody asks for any more, for requests that are under way. */
const lingering = 30_000;

/** Looks objects up, of the kinds that it is told to follow. */
export function clusterLookups(client: ClusterClient, options: ClusterLookupsOptions = {}): ClusterLookups {
  const named = namedObjects(client, options);
  const followed = new Map<string, FollowedKind>();
  const leaving = new Map<string, NodeJS.Timeout>();

  function leave(kind: string): void {
    leaving.delete(kind);
    followed.get(kind)?.close();
    followed.delete(kind);
  }

  function asked({ context }: FactRequest): { kind: string; namespace: string; name: string } {
    const { apiVersion = '', kind = '', namespace = '', name = '' } = context;
    return { kind: `${apiVersion}/${kind}`, namespace, name };
  }

  return {
    name: 'lookup',
    late: 'the cluster has not answered in time',
    peek(request) {
      const { kind, namespace, name } = asked(request);
      return followed.get(kind)?.peek(namespace, name);
    },
    async find(request) {
      const { kind, namespace, name } = asked(request);
      const objects = followed.get(kind);
      return objects === undefined
        ? unavailable(`\`${kind}\` is not looked up by the policies in force`)
        : objects.find(namespace, name);
    },
    follow(kinds) {
      const wanted = new Set(kinds);
      for (const kind of wanted) {
        clearTimeout(leaving.get(kind));
        leaving.delete(kind);
        if (!followed.has(kind)) followed.set(kind, followedKind(client, kind, named, options));
      }
      for (const kind of followed.keys()) {
        if (wanted.has(kind) || leaving.has(kind)) continue;
        leaving.set(kind, setTimeout(() => leave(kind), lingering).unref());
      }
    },
    state: () => [...followed].filter(([kind]) => !leaving.has(kind)).map(([, objects]) => objects.state()),
    close() {
      for (const timer of leaving.values()) clearTimeout(timer);
      for (const kind of [...followed.keys()]) leave(kind);
    },
  };
}
