import { beyondAscii, symbols } from './ast.ts';
import type { Nfa } from './nfa.ts';

const dead = 0;
const accepting = 1;
const unknown = -1;
const maxStates = 128;
// How many states of the NFA may be visited to work the automaton out, for all texts together.
const maxWork = 100_000;

/** For each symbol the number of its class: symbols that no set tells apart are one. */
function classesOf(nfa: Nfa): { readonly of: Uint8Array; readonly count: number } {
  const of = new Uint8Array(symbols);
  const numbers = new Map<string, number>();
  const sets = nfa.states.flatMap((state) => (state.kind === 'set' ? [state.set] : []));
  for (let symbol = 0; symbol < symbols; symbol++) {
    const signature = sets.map((set) => (set[symbol] ? '1' : '0')).join('');
    const number = numbers.get(signature) ?? numbers.size;
    numbers.set(signature, number);
    of[symbol] = number;
  }
  return { of, count: numbers.size };
}

/**
 * A deterministic automaton that is worked out from a nondeterministic one as texts are read. It tells whether there
 * is a match anywhere, at two or three nanoseconds a character.
 */
export class Dfa {
  readonly #nfa: Nfa;
  readonly #classes: Uint8Array;
  readonly #classCount: number;
  /** A symbol of each class. */
  readonly #samples: readonly number[];
  /** Transitions, `classCount` of them for each state. */
  readonly #next: Int32Array;
  /** The NFA's states that each state stands for. */
  readonly #sets: (readonly number[])[] = [[], []];
  readonly #accepts: boolean[] = [false, true];
  readonly #numbers = new Map<string, number>();
  readonly #start: number;
  #work = 0;
  #overflowed = false;

  constructor(nfa: Nfa) {
    const { of, count } = classesOf(nfa);
    this.#nfa = nfa;
    this.#classes = of;
    this.#classCount = count;
    this.#samples = Array.from({ length: count }, (_, number) => of.indexOf(number));
    this.#next = new Int32Array(maxStates * count).fill(unknown);
    const first = this.#closure([nfa.start], true, false);
    // Apart from all other states, even of the same set, for only here the text's begin and end may be one place.
    this.#start = first.includes(0) ? accepting : this.#addState(first, true);
  }

  /** Whether the text has a match; undefined where the automaton grew too large to tell. */
  test(text: string): boolean | undefined {
    if (this.#overflowed) return undefined;
    let state = this.#start;
    if (state === accepting) return true;
    const next = this.#next;
    const classes = this.#classes;
    const count = this.#classCount;
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      if (code >= beyondAscii) {
        // A pair of surrogates is one character.
        if ((code & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
        code = beyondAscii;
      }
      const symbolClass = classes[code] as number;
      const known = next[state * count + symbolClass] as number;
      state = known === unknown ? this.#step(state, symbolClass) : known;
      if (state === accepting) return true;
      if (state === dead) return false;
      if (state === unknown) return undefined;
    }
    return this.#accepts[state];
  }

  #step(state: number, symbolClass: number): number {
    const symbol = this.#samples[symbolClass] as number;
    const moved: number[] = [];
    for (const number of this.#sets[state] as readonly number[]) {
      const inner = this.#nfa.states[number];
      if (inner?.kind === 'set' && inner.set[symbol] === true) moved.push(inner.next);
    }
    // A match may also begin after this character.
    moved.push(this.#nfa.start);
    const set = this.#closure(moved, false, false);
    const tooMuch = this.#work > maxWork;
    const next = set.includes(0) ? accepting : tooMuch ? unknown : this.#numberOf(set);
    if (next === unknown) this.#overflowed = true;
    else this.#next[state * this.#classCount + symbolClass] = next;
    return next;
  }

  #numberOf(set: readonly number[]): number {
    if (set.length === 0) return dead;
    const key = set.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#sets.length >= maxStates) return unknown;
    const number = this.#addState(set, false);
    this.#numbers.set(key, number);
    return number;
  }

  #addState(set: readonly number[], atBegin: boolean): number {
    this.#accepts.push(this.#closure(set, atBegin, true).includes(0));
    return this.#sets.push(set) - 1;
  }

  /** What is reached without reading, in order: states that read, ends to be tested for, the match. */
  #closure(from: readonly number[], atBegin: boolean, atEnd: boolean): readonly number[] {
    const { states } = this.#nfa;
    const reached = new Set<number>();
    const kept: number[] = [];
    const pending = [...from];
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      if (reached.has(number)) continue;
      reached.add(number);
      const state = states[number];
      if (state?.kind === 'split') pending.push(...state.next);
      else if (state?.kind === 'begin') {
        if (atBegin) pending.push(state.next);
      } else if (state?.kind === 'end' && atEnd) pending.push(state.next);
      else kept.push(number);
    }
    this.#work += reached.size;
    return kept.sort((a, b) => a - b);
  }
}
