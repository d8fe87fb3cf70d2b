/** Says of every request whether it is one of those to log; of a tenth, every tenth is. */
export function sampler(share: number): () => boolean {
  if (share <= 0) return () => false;
  // The first one is, so that whoever tries it out sees one.
  let sum = 1 - share;
  return () => {
    sum += share;
    // Ten times a tenth is a little less than one.
    if (sum < 1 - 1e-9) return false;
    sum -= 1;
    return true;
  };
}
