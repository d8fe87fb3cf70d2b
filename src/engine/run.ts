import { CelError, type CompiledRule, errorText, type Scope, tooLarge } from '../compile/index.ts';
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
        this.failure = this.judge(rule, scope.target);
      } else if (!rule.items(scope.target, this.visit)) {
        this.failure ??= tooLarge;
      }
    } catch (error) {
      return `internal error: ${error instanceof Error ? error.message : String(error)}`;
    }
    return this.failure;
  }

  private judge({ when, check }: CompiledRule, item: unknown): string | undefined {
    if (when !== undefined) {
      const wanted = when.evaluate(this.scope);
      if (wanted instanceof CelError) return errorText(wanted, when.source);
      if (wanted !== true) return undefined;
    }
    return check(item, this.scope, this.report);
  }

  private readonly visit = (item: unknown, path: () => Path): boolean => {
    const { scope, rule } = this;
    scope.item = item;
    scope.itemPath = path;
    if (rule !== undefined) this.failure = this.judge(rule, item);
    return this.failure === undefined && this.count <= mostViolations;
  };

  private readonly report = (path: Path, wording: string): void => {
    const { scope, rule } = this;
    if (++this.count <= mostViolations) {
      const message = rule === undefined ? wording : messageOf(rule, scope, wording);
      this.found(message, [...scope.itemPath(), ...path]);
    } else if (this.count === mostViolations + 1) {
      this.found(`not met in more than ${mostViolations} places, of which these are the first`, []);
    }
  };
}

/**
 * What Kubernetes takes for the value of a messageExpression: a text of one line and at most 5 KiB.
 * Source: apiserver pkg/admission/plugin/policy/validating/validator.go.
 */
const longestMessage = 5 * 1024;

function messageOf({ message, messageExpression }: CompiledRule, scope: Scope, wording: string): string {
  const text = messageExpression?.evaluate(scope);
  if (
    typeof text === 'string' &&
    text.length <= longestMessage &&
    text.trim() !== '' &&
    !text.includes('\n')
  ) {
    return text;
  }
  return message === undefined ? wording : message(scope);
}
