/**
 * What evaluation may cost, in Kubernetes' units, shared by the expressions of a policy. The limits are the API
 * server's (apiserver pkg/apis/cel/config.go): 1,000,000 an expression, 10,000,000 a policy.
 */
export class Budget {
  readonly perExpression: number;
  /** What is left for all expressions together. */
  remaining: number;
  /** What the last expression cost. */
  cost = 0;
  /**
   * Set when an integer beyond 2^53 was met that `JSON.parse` had rounded: the answer may be wrong, and the object
   * should be read again with `src/json` and judged anew.
   */
  imprecise = false;

  readonly #total: number;

  constructor(perExpression = 1_000_000, total = 10_000_000) {
    this.perExpression = perExpression;
    this.remaining = total;
    this.#total = total;
  }

  /** Whether nothing was spent and nothing was met: it can serve for the next policy. */
  get isFresh(): boolean {
    return this.remaining === this.#total && !this.imprecise;
  }

  /** What all expressions together have cost. */
  get spent(): number {
    return this.#total - this.remaining;
  }

  /** What the next expression may cost. */
  get allowance(): number {
    return Math.min(this.remaining, this.perExpression);
  }

  spend(cost: number): void {
    this.cost = cost;
    this.remaining -= cost;
  }
}
