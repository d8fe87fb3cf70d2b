import { alphabetOf } from './alphabet.ts';
import { beyondAscii } from './ast.ts';
import { closure, inside, move, type Place } from './closure.ts';
import type { Nfa } from './nfa.ts';

const dead = 0;
const accepting = 1;
const unknown = -1;
const maxStates = 512;
const firstStates = 32;
// How many states of the NFA may be visited to work the automaton out, for all texts together.
const maxWork = 100_000;

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
  #next: Int32Array;
  /** The NFA's states that each state stands for. */
  readonly #sets: (readonly number[])[] = [[], []];
  readonly #accepts: boolean[] = [false, true];
  readonly #numbers = new Map<string, number>();
  readonly #start: number;
  #work = 0;
  #overflowed = false;

  constructor(nfa: Nfa) {
    const { classes, samples } = alphabetOf(nfa);
    this.#nfa = nfa;
    this.#classes = classes;
    this.#classCount = samples.length;
    this.#samples = samples;
    this.#next = new Int32Array(firstStates * samples.length).fill(unknown);
    const first = this.#closure([nfa.start], { atBegin: true, atEnd: false });
    // Apart from all other states, even of the same set, for only here the text's begin and end may be one place.
    this.#start = first.includes(0) ? accepting : this.#addState(first, true);
  }

  /** Whether the text has a match; undefined where the automaton grew too large to tell. */
  test(text: string): boolean | undefined {
    if (this.#overflowed) return undefined;
    let state = this.#start;
    if (state === accepting) return true;
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
      const known = this.#next[state * count + symbolClass] as number;
      state = known === unknown ? this.#step(state, symbolClass) : known;
      if (state === accepting) return true;
      if (state === dead) return false;
      if (state === unknown) return undefined;
    }
    return this.#accepts[state];
  }

  #step(state: number, symbolClass: number): number {
    const symbol = this.#samples[symbolClass] as number;
    const moved = move(this.#nfa, this.#sets[state] as readonly number[], symbol);
    // A match may also begin after this character.
    moved.push(this.#nfa.start);
    const set = this.#closure(moved, inside);
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
    this.#accepts.push(this.#closure(set, { atBegin, atEnd: true }).includes(0));
    if (this.#sets.length * this.#classCount === this.#next.length) this.#grow();
    return this.#sets.push(set) - 1;
  }

  /** Most patterns have a few states only. */
  #grow(): void {
    const former = this.#next;
    this.#next = new Int32Array(former.length * 2).fill(unknown);
    this.#next.set(former);
  }

  #closure(from: readonly number[], place: Place): readonly number[] {
    const { kept, visited } = closure(this.#nfa, from, place);
    this.#work += visited;
    return kept;
  }
}
