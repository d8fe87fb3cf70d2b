import type { Type } from './type.ts';
import type { CelError, Value } from './value.ts';

/**
 * What an overload does. Arguments (the receiver first) are values whose runtime types match the declared parameters:
 * the caller has checked that (of a `list(string)` the first element only, as cel-go's runtime signatures do). An error is returned
 * with `failure(…)`, never thrown; a thrown exception is a bug.
 */
export type Implementation = (...args: never[]) => Value | CelError;

/** One signature of a function. */
export interface Overload {
  /** cel-go's overload id where it has one, for example `string_to_quantity`. Unique. */
  readonly id: string;
  /** Parameter types; for a member the receiver's type comes first. */
  readonly parameters: readonly Type[];
  readonly result: Type;
  readonly call: Implementation;
  /**
   * The cost Kubernetes counts at run time for one call, not counting its arguments (a whole number; 1 where absent).
   * Given what the call returned, then its arguments. Sources: apiserver pkg/cel/library/cost.go (`CallCost`),
   * cel-go interpreter/runtimecost.go, and the trackers in cel-go ext/*.go.
   */
  readonly cost?: (result: Value | CelError, ...args: never[]) => number;
  /** The cost where it was not known beforehand which overload applies, if that is another. */
  readonly unresolvedCost?: (result: Value | CelError, ...args: never[]) => number;
  /** The Kubernetes version this overload came with, where it is later than the function's. */
  readonly since?: string;
}

/** A function with its overloads. */
export interface FunctionDeclaration {
  /** `quantity`, or with a namespace `sets.contains`, `format.named`. */
  readonly name: string;
  /** Members are called on a receiver (`q.compareTo(r)`); a name may be declared once as member and once as global. */
  readonly member: boolean;
  readonly overloads: readonly Overload[];
  /** The Kubernetes version the function came with (`1.28`); absent: always there. */
  readonly since?: string;
  /**
   * False for functions whose answer depends on more than their arguments (authorizer checks); they are not folded.
   * Absent means true.
   */
  readonly pure?: boolean;
  /**
   * True where arguments are not held against the declared types at run time: the implementation looks at them
   * itself. Only for what cel-go calls so too.
   */
  readonly unguarded?: boolean;
  /**
   * True where the cost is only known of a single overload: a call that several may take, because the type of an
   * argument is not known, costs 1 then (cel-go's own tables and trackers go by overload, Kubernetes' by function).
   */
  readonly costNeedsOverload?: boolean;
  /**
   * Runs once, at compile time, where argument number `argument` is a literal: regular expressions, quantities.
   * An error refuses the expression (only where cel-go and Kubernetes refuse it too); else the returned
   * implementation is called, with all arguments, in place of the overload's own. Cost is still the overload's.
   */
  readonly prepare?: {
    readonly argument: number;
    readonly with: (literal: Value) => Implementation | CelError;
  };
  /**
   * Further checks of a call while compiling, for what Kubernetes refuses beyond types (cel-go's AST validators):
   * format strings. Arguments as written, the receiver first.
   */
  readonly validate?: (args: readonly WrittenArgument[]) => readonly CallProblem[];
}

/** An argument as it was written. */
export interface WrittenArgument {
  readonly type: Type;
  /** Its value, where it is a literal. */
  readonly literal?: Value;
  /** Its elements, where it is a list literal. */
  readonly elements?: readonly WrittenArgument[];
  /** Its keys and values, where it is a map literal: what is written, an optional value being an optional. */
  readonly entries?: readonly WrittenArgument[];
  readonly start: number;
  readonly end: number;
}

export interface CallProblem {
  readonly message: string;
  readonly help?: string;
  readonly start: number;
  readonly end: number;
}

/** A library: what a file in `library/` exports, and `library/index.ts` lists. */
export interface Library {
  readonly name: string;
  /** The Kubernetes version the whole library came with; absent: always there. */
  readonly since?: string;
  readonly functions: readonly FunctionDeclaration[];
  /** Types that can be named in expressions: `net.IP`, `kubernetes.Quantity`. */
  readonly types?: readonly Type[];
}
