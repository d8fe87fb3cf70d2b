import { symbols } from './ast.ts';
import type { Nfa } from './nfa.ts';

/** The symbols in classes: those that no set of the pattern tells apart are one. */
export interface Alphabet {
  /** For each symbol the number of its class. */
  readonly classes: Uint8Array;
  /** A symbol of each class. */
  readonly samples: readonly number[];
}

export function alphabetOf(nfa: Nfa): Alphabet {
  const classes = new Uint8Array(symbols);
  const numbers = new Map<string, number>();
  const sets = nfa.states.flatMap((state) => (state.kind === 'set' ? [state.set] : []));
  for (let symbol = 0; symbol < symbols; symbol++) {
    const signature = sets.map((set) => (set[symbol] ? '1' : '0')).join('');
    const number = numbers.get(signature) ?? numbers.size;
    numbers.set(signature, number);
    classes[symbol] = number;
  }
  return { classes, samples: Array.from(numbers.values(), (number) => classes.indexOf(number)) };
}
