import type { FactAnswer, Facts, JsonObject } from '../model/index.ts';

/** Facts that somebody wrote down: by source, by what is asked for. Null: it is not there. */
export type GivenFacts = Readonly<Record<string, Readonly<Record<string, JsonObject | null>>>>;

/** A fact that is to be taken for one that cannot be had: `{unavailable: reason}` and nothing else. */
const unavailableKey = 'unavailable';

/**
 * What is known of the world where somebody wrote it down; the rest nobody knows.
 * @param objects the cluster's, as far as they are at hand: lookups find them by kind, namespace and name
 */
export function givenFacts(given: GivenFacts, objects: readonly JsonObject[] = []): Facts {
  const entries = Object.entries(given).flatMap(([source, facts]) =>
    Object.entries(facts).map(([key, value]) => [`${source} ${key}`, answerOf(value)] as const),
  );
  const pinned = Object.entries(given['image'] ?? {}).flatMap(([key, value]) => {
    const also = pinnedKey(key, value);
    return also === undefined ? [] : [[`image ${also}`, answerOf(value)] as const];
  });
  const written = new Map([...pinned, ...entries]);
  const lookups = new Map(objects.flatMap(keyed));
  return {
    answer({ source, key }) {
      const answer = written.get(`${source} ${key}`);
      if (answer !== undefined) return answer;
      const object = source === 'lookup' ? lookups.get(key) : undefined;
      return object === undefined ? { status: 'unknown' } : { status: 'known', value: object };
    },
  };
}

/** An image by its tag is the same as by the tag and its digest, which a mutation may write behind it. */
function pinnedKey(key: string, value: JsonObject | null): string | undefined {
  const digest = value?.['indexDigest'] ?? value?.['digest'];
  const [reference = '', platform] = key.split(' ');
  if (typeof digest !== 'string' || reference.includes('@')) return undefined;
  return `${reference}@${digest}${platform === undefined ? '' : ` ${platform}`}`;
}

function answerOf(value: JsonObject | null): FactAnswer {
  const reason = value?.[unavailableKey];
  if (value !== null && typeof reason === 'string' && Object.keys(value).length === 1) {
    return { status: 'unavailable', reason };
  }
  return { status: 'known', value };
}

/** By what lookups ask: `apps/v1/Deployment shop/web`, `v1/Node web-1`. Objects without a name are nobody's to look up. */
function keyed(object: JsonObject): readonly (readonly [string, JsonObject])[] {
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return [];
  const { name, namespace = '' } = metadata as JsonObject;
  if (typeof name !== 'string') return [];
  return [[`${apiVersion}/${kind} ${namespace === '' ? name : `${String(namespace)}/${name}`}`, object]];
}
