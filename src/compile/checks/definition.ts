import type { JsonObject, Path } from '../../model/index.ts';
import type { Needs, Surroundings, VariableNeeds } from '../expressions/index.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';

/** Says that an item does not meet a check: where, beneath the item, and in words for a rule without a message. */
export type Report = (path: Path, wording: string) => void;

/**
 * Judges one item. Called in requests: it parses nothing, compiles nothing and changes nothing.
 * Returns why the item could not be judged; undefined where it could.
 */
export type Check = (item: unknown, scope: Scope, report: Report) => string | undefined;

/** For items that are too large to be judged within a request. */
export const tooLarge = 'the object is too large to be searched to the end';

/** A form in which a requirement can be written. */
export interface CheckDefinition {
  /** The key in a rule. */
  readonly name: string;
  /** JSON Schema of what the author gives it. */
  readonly schema: JsonObject;
  /**
   * Makes the check, once, when a policy is loaded.
   * @param value what the author gave, already of the schema's form
   * @param problems where to say what is wrong with it; then the result is ignored
   */
  compile(value: unknown, problems: Problem[], context: CheckContext): CompiledCheck;
}

/** What a check can use of the policy around it. */
export interface CheckContext {
  /** What expressions in the rule see. */
  readonly surroundings: Surroundings;
  readonly variables: VariableNeeds;
}

export interface CompiledCheck {
  readonly check: Check;
  /** What it reads besides the object; absent: nothing. */
  readonly needs?: Needs;
}
