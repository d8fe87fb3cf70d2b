import type { CelError, Type, Value } from '../../cel/index.ts';
import type { KindTable } from '../../kinds/index.ts';
import type { FactAnswer, FactDocument, FactRequest, JsonObject } from '../../model/index.ts';
import type { Surroundings, VariableNeeds } from '../expressions/index.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';

/** Where facts of a kind come from, as policies declare it. Who finds them out is not said here: this does no I/O. */
export interface FactDefinition {
  /** The key in a fact, and the `source` of its requests. */
  readonly name: string;
  /** JSON Schema of what the author gives it, `onUnavailable` and `within` left aside. */
  readonly schema: JsonObject;
  /** The type by which expressions are checked that read it. */
  readonly type: Type;
  /**
   * Makes the fact, once, when a policy is loaded. Problems count from what the author gave.
   */
  compile(fact: FactDocument, problems: Problem[], context: FactContext): CompiledSource;
}

/** What a fact can use of the policy around it. */
export interface FactContext {
  readonly target: 'object' | 'pod';
  readonly kinds: KindTable;
  /** What expressions of facts see: what match conditions do, and variables. */
  readonly surroundings: Surroundings;
  readonly variables: VariableNeeds;
}

/** What a fact came to that expressions can read. */
export interface FactValue {
  /** What `facts.<name>` is; asked each time that an expression reads it. */
  value(): Value | CelError;
  /** What `image` is in a rule about images; undefined for facts about something else. */
  ofImage?(reference: string): Value | CelError;
}

export interface CompiledSource {
  /** What to ask for; a text says why that cannot be worked out. */
  requests(scope: Scope): readonly FactRequest[] | string;
  /**
   * @param answers by the key of the request
   * @param lack makes the error of reading what is not known, and remembers that it was read
   */
  read(requests: readonly FactRequest[], answers: ReadonlyMap<string, FactAnswer>, lack: Lack): FactValue;
}

export type Lack = (request: FactRequest, answer: FactAnswer) => CelError;
