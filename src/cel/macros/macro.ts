import type { Expr, Problem } from '../ast.ts';
import type { NodeFactory } from '../node-factory.ts';

/** A call as it was written, to be rewritten by a macro. */
export interface MacroCall {
  readonly start: number;
  readonly end: number;
  /** The receiver of a member macro. */
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
  readonly nodes: NodeFactory;
}

/** What the call becomes, or what is wrong with it. */
export type MacroExpander = (call: MacroCall) => Expr | Problem;

/** A macro: a call of this name, style and number of arguments is rewritten while parsing. */
export interface Macro {
  readonly name: string;
  readonly member: boolean;
  readonly arguments: number;
  readonly expand: MacroExpander;
  /** The Kubernetes version it came with; absent: always there. */
  readonly since?: string;
}

/** Macros by their call. */
export class MacroSet {
  readonly #byName = new Map<string, Macro[]>();

  constructor(macros: readonly Macro[]) {
    for (const macro of macros) {
      const same = this.#byName.get(macro.name);
      if (same === undefined) this.#byName.set(macro.name, [macro]);
      else same.push(macro);
    }
  }

  find(name: string, member: boolean, args: number): MacroExpander | undefined {
    for (const macro of this.#byName.get(name) ?? []) {
      if (macro.member === member && macro.arguments === args) return macro.expand;
    }
    return undefined;
  }
}

/** A macro argument that must be the name of a variable. */
export function variableName(arg: Expr): string | Problem {
  if (arg.kind !== 'ident') {
    return { message: 'a variable name stands here, nothing else', start: arg.start, end: arg.end };
  }
  if (arg.name === '__result__') {
    return { message: 'a variable may not be called `__result__`', start: arg.start, end: arg.end };
  }
  return arg.name;
}
