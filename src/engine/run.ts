import {
  CelError,
  type CompiledRule,
  errorText,
  type Items,
  type Lacking,
  type Scope,
  tooLarge,
} from '../compile/index.ts';
import type { Action, Path } from '../model/index.ts';

/**
 * Called for each violation of a rule, with its message and its path from the target.
 * @param cap the strictest that it can do, where it is only that something is not known
 */
export type Found = (message: string, path: Path, cap?: Action) => void;

/** Why a rule could not be evaluated. `unknown`: for want of something the context cannot know. */
export interface Failure {
  readonly message: string;
  readonly unknown: boolean;
}

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
  private unknown: string | undefined;
  private count = 0;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /**
   * Runs one rule on the scope's target. A rule that is violated too often ends with a violation that says so, of
   * the target as a whole.
   * @returns why the rule could not be evaluated; undefined where it could
   */
  run(rule: CompiledRule, found: Found): Failure | undefined {
    const { scope } = this;
    if (this.passes(rule)) return undefined;
    this.rule = rule;
    this.found = found;
    this.failure = undefined;
    this.unknown = undefined;
    this.count = 0;
    try {
      if (rule.items === undefined) {
        scope.item = scope.target;
        scope.itemPath = noPath;
        this.failure = this.judge(rule, scope.target);
      } else this.judgeAll(rule.items);
    } catch (error) {
      const message = `internal error: ${error instanceof Error ? error.message : String(error)}`;
      return { message, unknown: false };
    }
    if (this.failure !== undefined) return { message: this.failure, unknown: false };
    return this.unknown === undefined ? undefined : { message: this.unknown, unknown: true };
  }

  /** Whether it is plain that the rule finds nothing. */
  protected passes({ screen }: CompiledRule): boolean {
    return screen?.accepts(this.scope.target) === true;
  }

  private judgeAll(items: Items): void {
    const { scope } = this;
    const selected = scope.select(items);
    if (selected === undefined) {
      if (!items(scope.target, this.visit)) this.failure ??= tooLarge;
      return;
    }
    const path = (): Path => selected.path();
    for (let index = 0; index < selected.items.length; index++) {
      selected.at = index;
      if (!this.visit(selected.items[index], path)) return;
    }
  }

  protected judge(rule: CompiledRule, item: unknown): string | undefined {
    const failure = this.ask(rule, item);
    if (failure === undefined || !this.scope.lacks) return failure;
    const lacking = this.scope.takeLacking();
    return lacking === undefined ? failure : this.miss(lacking);
  }

  /** What it means that a rule read something that is not known. */
  protected miss({ message, onUnavailable, unknown }: Lacking): string | undefined {
    if (unknown) this.unknown ??= message;
    else if (onUnavailable === undefined) return message;
    else if (onUnavailable !== 'Allow') this.found(message, this.scope.itemPath(), onUnavailable);
    return undefined;
  }

  private ask({ when, check }: CompiledRule, item: unknown): string | undefined {
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
