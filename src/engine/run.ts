import { type CompiledRule, type Scope, tooLarge } from '../compile/index.ts';
import type { Path } from '../model/index.ts';

/** Called for each violation of a rule, with its message and its path from the target. */
export type Found = (message: string, path: Path) => void;

/**
 * How many violations of one rule an object is told of. There are a million places in the largest of objects, and
 * nobody reads a million lines.
 */
const mostViolations = 1000;

const noPath = (): Path => [];

/** Runs rules, one after the other, on what a scope sees. Made once an evaluation, for closures cost time. */
export class Runner {
  readonly scope: Scope;
  private found: Found = () => {};
  private rule: CompiledRule | undefined;
  private failure: string | undefined;
  private count = 0;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /**
   * Runs one rule on the scope's target. A rule that is violated too often ends with a violation that says so, of
   * the target as a whole.
   * @returns why the rule could not be evaluated; undefined where it could
   */
  run(rule: CompiledRule, found: Found): string | undefined {
    const { scope } = this;
    this.rule = rule;
    this.found = found;
    this.failure = undefined;
    this.count = 0;
    try {
      if (rule.items === undefined) {
        scope.item = scope.target;
        scope.itemPath = noPath;
        this.failure = rule.check(scope.target, scope, this.report);
      } else if (!rule.items(scope.target, this.visit)) {
        this.failure ??= tooLarge;
      }
    } catch (error) {
      return `internal error: ${error instanceof Error ? error.message : String(error)}`;
    }
    return this.failure;
  }

  private readonly visit = (item: unknown, path: () => Path): boolean => {
    const { scope, rule } = this;
    scope.item = item;
    scope.itemPath = path;
    this.failure = rule?.check(item, scope, this.report);
    return this.failure === undefined && this.count <= mostViolations;
  };

  private readonly report = (path: Path, wording: string): void => {
    const { scope, rule } = this;
    if (++this.count <= mostViolations) {
      const message = rule?.message === undefined ? wording : rule.message(scope);
      this.found(message, [...scope.itemPath(), ...path]);
    } else if (this.count === mostViolations + 1) {
      this.found(`not met in more than ${mostViolations} places, of which these are the first`, []);
    }
  };
}
