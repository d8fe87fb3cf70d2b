import type { Progress } from '../../facts/index.ts';
import type { Terminal } from '../command.ts';
import { sizeText } from './size.ts';

/** One line that changes, for people who wait. */
export interface ProgressLine {
  readonly report: (progress: Progress) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** In milliseconds: more often nobody reads. */
const interval = 100;

/** @param shown whether somebody is there to see it: a line that changes is nothing for a log */
export function progressLine(name: string, { err }: Pick<Terminal, 'err'>, shown: boolean): ProgressLine {
  let last = Number.NEGATIVE_INFINITY;
  return {
    report({ done, total }) {
      const now = performance.now();
      if (!shown || now - last < interval) return;
      last = now;
      const share = total === 0 ? 100 : Math.floor((done / total) * 100);
      err(`\r\u001b[Kinspecting ${name}: ${share} % of ${sizeText(total)}`);
    },
    end() {
      if (last === Number.NEGATIVE_INFINITY) return;
      last = Number.NEGATIVE_INFINITY;
      err('\r\u001b[K');
    },
  };
}
