import type { Nfa } from './nfa.ts';

/** Which assertions hold where the automaton stands. */
export interface Place {
  readonly atBegin: boolean;
  readonly atEnd: boolean;
}

export const inside: Place = { atBegin: false, atEnd: false };

/**
 * What is reached from the states without reading, in order: states that read, ends to be tested for, the match
 * (which is state 0).
 */
export function closure(
  nfa: Nfa,
  from: readonly number[],
  place: Place,
): { readonly kept: readonly number[]; readonly visited: number } {
  const reached = new Set<number>();
  const kept: number[] = [];
  const pending = [...from];
  for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
    if (reached.has(number)) continue;
    reached.add(number);
    const state = nfa.states[number];
    if (state?.kind === 'split') pending.push(...state.next);
    else if (state?.kind === 'begin') {
      if (place.atBegin) pending.push(state.next);
    } else if (state?.kind === 'end' && place.atEnd) pending.push(state.next);
    else kept.push(number);
  }
  return { kept: kept.sort((a, b) => a - b), visited: reached.size };
}

/** The states after those of the set that take this symbol. */
export function move(nfa: Nfa, set: readonly number[], symbol: number): number[] {
  const moved: number[] = [];
  for (const number of set) {
    const state = nfa.states[number];
    if (state?.kind === 'set' && state.set[symbol] === true) moved.push(state.next);
  }
  return moved;
}
