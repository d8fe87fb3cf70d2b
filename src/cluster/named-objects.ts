import type { FactAnswer, JsonObject } from '../model/index.ts';
import type { ClusterClient } from './client.ts';
import { member, text } from './watched-list.ts';

/** Objects that are asked for one by one, by their names. */
export interface NamedObjects {
  /** What was answered a moment ago. */
  peek(path: string): FactAnswer | undefined;
  /**
   * Asks the cluster, once for all who want the same at the same time.
   * @param path of the object
   * @param kind for messages: `coordination.k8s.io/v1/Lease`
   */
  get(path: string, name: string, kind: string): Promise<FactAnswer>;
}

export interface NamedObjectsOptions {
  /** In milliseconds: how long an answer is good. */
  readonly answersLast?: number;
  /** Told with the API server's own words where it does not say whether there is an object. */
  readonly onProblem?: (kind: string, problem: string) => void;
}

const timeout = 5_000;

/** Names come from requests, and therefore from anybody: how many are asked for at a time, and how much is remembered. */
const mostAtOnce = 16;
const mostRemembered = 1_000;
const mostBytes = 4 * 1024 * 1024;

interface Remembered {
  readonly until: number;
  /** The object as JSON, so that nobody can change it; or the whole answer. */
  readonly text: string | undefined;
  readonly answer: FactAnswer | undefined;
}

/** Asks for objects one by one. Takes the verb get. */
export function namedObjects(client: ClusterClient, options: NamedObjectsOptions = {}): NamedObjects {
  const { answersLast = 2_000, onProblem } = options;
  const running = new Map<string, Promise<FactAnswer>>();
  const remembered = new Map<string, Remembered>();
  let bytes = 0;

  function forget(path: string): void {
    bytes -= remembered.get(path)?.text?.length ?? 0;
    remembered.delete(path);
  }

  function remember(path: string, answer: FactAnswer): void {
    forget(path);
    const object = answer.status === 'known' && answer.value !== null ? answer.value : undefined;
    const text = object === undefined ? undefined : JSON.stringify(object);
    bytes += text?.length ?? 0;
    const until = performance.now() + answersLast;
    remembered.set(path, { until, text, answer: text === undefined ? answer : undefined });
    // In the order in which they were learnt, hence the oldest first.
    for (const oldest of remembered.keys()) {
      if (remembered.size <= mostRemembered && bytes <= mostBytes) break;
      forget(oldest);
    }
  }

  async function ask(path: string, name: string, kind: string): Promise<FactAnswer> {
    try {
      const { status, body } = await client.send({ method: 'GET', path, timeout });
      if (status === 200) return { status: 'known', value: essenceOf(JSON.parse(body), kind) };
      if (status === 404 && isAbsence(body, name)) return { status: 'known', value: null };
      onProblem?.(kind, `the API server answers ${status}: ${body.slice(0, 300)}`);
      return unavailable(reasonOf(status, kind));
    } catch (error) {
      const problem = error instanceof Error ? error.message : 'the connection failed';
      onProblem?.(kind, problem);
      return unavailable(`the API server cannot be asked: ${problem}`);
    }
  }

  return {
    peek(path) {
      const found = remembered.get(path);
      if (found === undefined || found.until < performance.now()) return undefined;
      return found.text === undefined
        ? found.answer
        : { status: 'known', value: JSON.parse(found.text) as JsonObject };
    },
    get(path, name, kind) {
      const already = running.get(path);
      if (already !== undefined) return already;
      if (running.size >= mostAtOnce)
        return Promise.resolve(unavailable('too many objects are being looked up'));
      const asked = ask(path, name, kind).then((answer) => {
        running.delete(path);
        remember(path, answer);
        return answer;
      });
      running.set(path, asked);
      return asked;
    },
  };
}

/** An object as policies see it: with what lists leave out of their items, and without what only tools need. */
export function essenceOf(object: unknown, kind: string): JsonObject {
  const slash = kind.lastIndexOf('/');
  const { managedFields: _, ...metadata } = (member(object, 'metadata') ?? {}) as JsonObject;
  return {
    ...(object as JsonObject),
    apiVersion: kind.slice(0, slash),
    kind: kind.slice(slash + 1),
    metadata,
  };
}

export function unavailable(reason: string): FactAnswer {
  return { status: 'unavailable', reason };
}

/** That there is no such object, rather than no such kind. Source: apimachinery `errors.NewNotFound`. */
function isAbsence(body: string, name: string): boolean {
  try {
    const status: unknown = JSON.parse(body);
    return text(status, 'reason') === 'NotFound' && text(member(status, 'details'), 'name') === name;
  } catch {
    return false;
  }
}

function reasonOf(status: number, kind: string): string {
  if (status === 401 || status === 403) return `Abatis may not read \`${kind}\``;
  if (status === 404) return `the cluster serves no \`${kind}\``;
  return `the API server answers ${status}`;
}
