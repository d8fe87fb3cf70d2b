import type { Path } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';

/** Something wrong with a part of a policy; its path counts from that part. */
export type Problem = DocumentProblem;

/** Compiles a part of a policy; its problems are put down as seen from above. */
export function within<T>(prefix: Path, problems: Problem[], compile: (found: Problem[]) => T): T {
  const found: Problem[] = [];
  const result = compile(found);
  problems.push(...found.map((problem) => beneath(prefix, problem)));
  return result;
}

/** The same problem, seen from further up. */
export function beneath(prefix: Path, problem: Problem): Problem {
  return { ...problem, path: [...prefix, ...problem.path] };
}
