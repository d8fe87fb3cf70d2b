/** What a criterion says of a change. `Unknown` is for what the context cannot tell, as CI cannot tell who asks. */
export const No = 0;
export const Yes = 1;
export const Unknown = 2;
export type Truth = typeof No | typeof Yes | typeof Unknown;

export function truth(value: boolean): Truth {
  return value ? Yes : No;
}
