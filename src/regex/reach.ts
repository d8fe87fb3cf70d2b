import { alphabetOf } from './alphabet.ts';
import { closure, inside, move } from './closure.ts';
import type { Nfa } from './nfa.ts';

const maxStates = 64;

/**
 * Whether an attempt to match can read on without bound and without matching, as `a.*c` does after an `a`. Searching
 * for all matches of such a pattern may read the rest of the text again and again. True also where it takes too
 * many states to tell.
 */
export function mayReadFarWithoutMatch(nfa: Nfa): boolean {
  const { samples } = alphabetOf(nfa);
  const numbers = new Map<string, number>();
  const next: number[][] = [];
  const matching: boolean[] = [];
  const pending: (readonly number[])[] = [];
  const numberOf = (set: readonly number[]): number => {
    const key = set.join();
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key, number);
      matching.push(set.includes(0));
      pending.push(set);
    }
    return number;
  };
  numberOf(closure(nfa, [nfa.start], { atBegin: true, atEnd: false }).kept);
  for (let set = pending.shift(); set !== undefined; set = pending.shift()) {
    if (numbers.size > maxStates) return true;
    const from = set;
    next.push(
      samples
        .map((symbol) => closure(nfa, move(nfa, from, symbol), inside).kept)
        .filter((reached) => reached.length > 0)
        .map(numberOf),
    );
  }
  return hasCycle(next, matching);
}

/** Whether there is a cycle among the states that do not match. */
function hasCycle(next: readonly (readonly number[])[], matching: readonly boolean[]): boolean {
  const done = new Set<number>();
  const open = new Set<number>();
  // At most 64 states deep.
  const visit = (number: number): boolean => {
    if (matching[number] || done.has(number)) return false;
    if (open.has(number)) return true;
    open.add(number);
    const found = (next[number] ?? []).some(visit);
    open.delete(number);
    done.add(number);
    return found;
  };
  return next.some((_, number) => visit(number));
}
