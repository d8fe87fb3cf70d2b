/** What becomes of an expression: it is refused, it fails, or it has a value. Or it breaks who judges it. */
export interface Verdict {
  readonly verdict: 'compile-error' | 'error' | 'true' | 'false' | 'none';
  /** Why it was refused or failed. */
  readonly message: string;
}
