import type { Path } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';

/** Something wrong with a part of a policy; its path counts from that part. */
export type Problem = DocumentProblem;

/** The same problem, seen from further up. */
export function beneath(prefix: Path, problem: Problem): Problem {
  return { ...problem, path: [...prefix, ...problem.path] };
}
