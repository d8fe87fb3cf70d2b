import type { CharacterSet, Node } from './ast.ts';

/** A state of a nondeterministic automaton; the numbers are those of the states that follow. */
export type State =
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'split'; readonly next: readonly number[] }
  | { readonly kind: 'begin' | 'end'; readonly next: number }
  | { readonly kind: 'match' };

export interface Nfa {
  readonly states: readonly State[];
  readonly start: number;
}

const maxStates = 400;

/** Builds from the end: each part is given the state that follows it. */
class Builder {
  readonly states: State[] = [{ kind: 'match' }];

  /** @returns the part's first state, or -1 where there would be too many */
  build(node: Node, next: number): number {
    switch (node.kind) {
      case 'set':
        return this.#add({ kind: 'set', set: node.set, next });
      case 'boundary':
        return next;
      case 'begin':
      case 'end':
        return this.#add({ kind: node.kind, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => (after < 0 ? after : this.build(part, after)), next);
      case 'choice': {
        const starts = node.branches.map((branch) => this.build(branch, next));
        return starts.includes(-1) ? -1 : this.#add({ kind: 'split', next: starts });
      }
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat(node: Extract<Node, { kind: 'repeat' }>, next: number): number {
    let start = next;
    if (node.max === Number.POSITIVE_INFINITY) {
      const again: number[] = [];
      start = this.#add({ kind: 'split', next: again });
      if (start < 0) return -1;
      const body = this.build(node.part, start);
      if (body < 0) return -1;
      again.push(body, next);
    } else {
      for (let i = node.min; i < node.max; i++) {
        const body = this.build(node.part, start);
        if (body < 0) return -1;
        start = this.#add({ kind: 'split', next: [body, next] });
        if (start < 0) return -1;
      }
    }
    for (let i = 0; i < node.min; i++) {
      start = this.build(node.part, start);
      if (start < 0) return -1;
    }
    return start;
  }

  #add(state: State): number {
    return this.states.length >= maxStates ? -1 : this.states.push(state) - 1;
  }
}

/** Thompson's construction; undefined where the automaton would be large. */
export function toNfa(node: Node): Nfa | undefined {
  const builder = new Builder();
  const start = builder.build(node, 0);
  return start < 0 ? undefined : { states: builder.states, start };
}
