/** What becomes of an expression: it is refused, it fails, or it has a value. */
export interface Verdict {
  readonly verdict: 'compile-error' | 'error' | 'true' | 'false';
  /** Why it was refused or failed. */
  readonly message: string;
}
