import type { FactAnswer, FactRequest } from '../model/index.ts';

/** Finds facts of one kind out. */
export interface FactSource {
  /** As policies declare it: `image`, `lookup`. */
  readonly name: string;
  /** What is known without waiting; undefined where it has to be found out. */
  peek(request: FactRequest): FactAnswer | undefined;
  /**
   * Finds it out. What goes wrong is an answer; only bugs throw. Whoever asked may give up waiting: then it is the
   * source's to say whether it goes on, so that the answer is there when the same is asked again.
   */
  find(request: FactRequest): Promise<FactAnswer>;
  /** What is to be said where the answer did not come in time. */
  readonly late: string;
}
