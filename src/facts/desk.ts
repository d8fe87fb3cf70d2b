import type { FactAnswer, FactRequest, Facts } from '../model/index.ts';
import type { FactSource } from './source.ts';

/** What became of one request for a fact. */
export type FactOutcome = 'hit' | 'found' | 'absent' | 'late' | 'failed' | 'unknown';

export interface DeskOptions {
  readonly sources: readonly FactSource[];
  /** In milliseconds: how long is waited for facts of which the policy says nothing. */
  readonly patience?: number;
  /** Told of every fact that is asked for. */
  readonly observe?: (source: string, outcome: FactOutcome, milliseconds: number) => void;
}

/** What may turn out to want facts before it is an answer: a Decision, the result of mutations. */
interface Wanting {
  readonly wanted?: readonly FactRequest[];
}

/** Where facts are asked for. One serves a process. */
export interface FactDesk {
  /**
   * Asks a question again and again until it wants no more facts, three rounds at most. Answers at once where
   * nothing has to be found out.
   * @param budget in milliseconds: how long all of it may take; what is not there by then is unavailable
   */
  settle<T extends Wanting>(ask: (facts: Facts) => T, budget: number): T | Promise<T>;
}

/** The contract's limit: a fact may depend on one that depends on one. */
const mostRounds = 3;

/** In milliseconds. */
const defaultPatience = 2000;

const beyondRounds: FactAnswer = {
  status: 'unavailable',
  reason: `it was asked for in round ${mostRounds + 1} and none is after ${mostRounds}`,
};

export function factDesk({ sources, patience = defaultPatience, observe }: DeskOptions): FactDesk {
  const byName = new Map(sources.map((source) => [source.name, source]));

  function peek(request: FactRequest): FactAnswer | undefined {
    const source = byName.get(request.source);
    if (source === undefined) return { status: 'unknown' };
    const answer = source.peek(request);
    if (answer !== undefined)
      observe?.(source.name, answer.status === 'known' ? 'hit' : outcomeOf(answer), 0);
    return answer;
  }

  async function find(request: FactRequest, left: number): Promise<FactAnswer> {
    const source = byName.get(request.source);
    if (source === undefined) return { status: 'unknown' };
    const started = performance.now();
    const wait = Math.max(0, Math.min(request.within ?? patience, left));
    const answer = await inTime(source, request, wait);
    observe?.(source.name, outcomeOf(answer), performance.now() - started);
    return answer === 'late' ? { status: 'unavailable', reason: source.late } : answer;
  }

  return {
    settle(ask, budget) {
      const answers = new Map<string, FactAnswer>();
      const keyOf = ({ source, key }: FactRequest) => `${source} ${key}`;
      let isLast = false;
      const facts: Facts = {
        answer(request) {
          const key = keyOf(request);
          const known = answers.get(key) ?? peek(request);
          if (known !== undefined) answers.set(key, known);
          return known ?? (isLast ? beyondRounds : undefined);
        },
      };
      const first = ask(facts);
      if (first.wanted === undefined) return first;
      const end = performance.now() + budget;
      return (async () => {
        let result = first;
        for (let round = 1; result.wanted !== undefined && round <= mostRounds; round++) {
          const left = end - performance.now();
          await Promise.all(
            result.wanted.map(async (request) => answers.set(keyOf(request), await find(request, left))),
          );
          isLast = round === mostRounds;
          result = ask(facts);
        }
        return result;
      })();
    },
  };
}

function outcomeOf(answer: FactAnswer | 'late'): FactOutcome {
  if (answer === 'late') return 'late';
  if (answer.status === 'known') return answer.value === null ? 'absent' : 'found';
  return answer.status === 'unknown' ? 'unknown' : 'failed';
}

async function inTime(source: FactSource, request: FactRequest, wait: number): Promise<FactAnswer | 'late'> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), wait);
  try {
    return await Promise.race([source.find(request), late.promise]);
  } catch {
    // A bug of the source must not take the request with it; what it says may quote what it was given.
    return { status: 'unavailable', reason: 'it could not be found out' };
  } finally {
    clearTimeout(timer);
  }
}
