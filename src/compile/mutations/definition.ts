import type { Draft } from '../../jsonpatch/index.ts';
import type { GroupVersionKind, JsonObject, Path } from '../../model/index.ts';
import type { Needs, Surroundings, VariableNeeds } from '../expressions/index.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import type { Allowance } from './allowance.ts';

/** Where a mutation is at work. */
export interface Site {
  readonly scope: Scope;
  /** The object, which other items may have changed already. */
  readonly draft: Draft;
  /** From the object to the item. */
  readonly base: Path;
  /** Of the object. */
  readonly kind: GroupVersionKind;
  readonly allowance: Allowance;
}

/**
 * Changes one item in the draft; what is as it should be is left alone. Called in requests: it parses nothing and
 * compiles nothing. Returns why the item could not be changed; undefined where it could, or nothing was to be done.
 */
export type Mutate = (site: Site) => string | undefined;

/** A form in which a mutation can be written. */
export interface MutationDefinition {
  /** The key in a mutation. */
  readonly name: string;
  /** JSON Schema of what the author gives it. */
  readonly schema: JsonObject;
  /**
   * Makes the mutation, once, when a policy is loaded.
   * @param value what the author gave, already of the schema's form
   * @param problems where to say what is wrong with it; then the result is ignored
   */
  compile(value: unknown, problems: Problem[], context: MutationContext): CompiledForm;
}

/** What a form can use of the mutation and the policy around it. */
export interface MutationContext {
  /** What expressions in the mutation see. */
  readonly surroundings: Surroundings;
  readonly variables: VariableNeeds;
  /** Where new items go in a list. */
  readonly position: 'first' | 'last';
  /** Says what of the target may not be changed at a path from the item; undefined where it may, or only the object tells. */
  readonly fixed: (path: Path) => string | undefined;
}

export interface CompiledForm {
  readonly mutate: Mutate;
  /** What it reads besides the object; absent: nothing. */
  readonly needs?: Needs;
}

/** Of a value that was found with fault. */
export const untouched: CompiledForm = { mutate: () => undefined };
