import { describe, expect, it } from 'vitest';
import { type FactOutcome, type FactSource, factDesk } from '../../src/facts/index.ts';
import type { FactAnswer, FactRequest, Facts } from '../../src/model/index.ts';

const request = (key: string, within?: number): FactRequest => ({ source: 's', key, context: {}, within });

/** A source that knows some facts at once, finds others out, and never answers for the rest. */
function source(
  known: Record<string, FactAnswer>,
  found: Record<string, FactAnswer | Error> = {},
): FactSource {
  return {
    name: 's',
    late: 'not yet',
    peek: ({ key }) => known[key],
    find: ({ key }) => {
      const answer = found[key];
      if (answer instanceof Error) return Promise.reject(answer);
      return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
    },
  };
}

const value = (text: string): FactAnswer => ({ status: 'known', value: { text } });

/** Asks for keys, each as soon as those before it are known, and says what came of it. */
function chain(...keys: readonly string[]) {
  return (
    facts: Facts,
  ): { readonly answers: readonly unknown[]; readonly wanted?: readonly FactRequest[] } => {
    const answers: FactAnswer[] = [];
    for (const key of keys) {
      const answer = facts.answer(request(key, 5));
      if (answer === undefined) return { answers, wanted: [request(key, 5)] };
      answers.push(answer);
    }
    return { answers };
  };
}

describe('a desk for facts', () => {
  it('answers at once what is known', () => {
    const desk = factDesk({ sources: [source({ a: value('A') })] });
    expect(desk.settle(chain('a'), 1000)).toEqual({ answers: [value('A')] });
  });

  it('knows nothing of a source that is not there', () => {
    expect(factDesk({ sources: [] }).settle(chain('a'), 1000)).toEqual({ answers: [{ status: 'unknown' }] });
  });

  it('finds out what is not known, three rounds at most', async () => {
    const found = { a: value('A'), b: value('B'), c: value('C'), d: value('D') };
    const desk = factDesk({ sources: [source({}, found)] });
    expect(await desk.settle(chain('a', 'b', 'c'), 1000)).toEqual({
      answers: [value('A'), value('B'), value('C')],
    });
    expect(await desk.settle(chain('a', 'b', 'c', 'd'), 1000)).toMatchObject({
      answers: [value('A'), value('B'), value('C'), { status: 'unavailable' }],
    });
  });

  it.each([
    ['what does not come in time', 'never', { status: 'unavailable', reason: 'not yet' }],
    ['what a bug keeps back', 'bug', { status: 'unavailable', reason: 'it could not be found out' }],
    ['what is not there', 'none', { status: 'known', value: null }],
  ])('says %s', async (_, key, expected) => {
    const found = { bug: new Error('secret'), none: { status: 'known', value: null } as const };
    const desk = factDesk({ sources: [source({}, found)] });
    expect(await desk.settle(chain(key), 1000)).toEqual({ answers: [expected] });
  });

  it('waits no longer than there is time', async () => {
    const desk = factDesk({ sources: [source({})], patience: 60_000 });
    const ask = (facts: Facts) => {
      const answer = facts.answer(request('never'));
      return answer === undefined ? { wanted: [request('never')] } : { answer };
    };
    expect(await desk.settle(ask, 1)).toEqual({ answer: { status: 'unavailable', reason: 'not yet' } });
  });

  it('tells of every fact what became of it', async () => {
    const seen: [string, FactOutcome][] = [];
    const desk = factDesk({
      sources: [source({ a: value('A') }, { b: value('B'), c: { status: 'known', value: null } })],
      observe: (name, outcome) => seen.push([name, outcome]),
    });
    await desk.settle(chain('a', 'b', 'c', 'never'), 1000);
    expect(seen.map(([, outcome]) => outcome)).toEqual(['hit', 'found', 'absent', 'late']);
    seen.length = 0;
    const away = { status: 'unavailable', reason: 'the cluster is away' } as const;
    const lost = factDesk({
      sources: [source({ a: away })],
      observe: (name, outcome) => seen.push([name, outcome]),
    });
    await lost.settle(chain('a'), 1000);
    expect(seen.map(([, outcome]) => outcome)).toEqual(['failed']);
  });
});
