import { type ContentReader, known } from './reader.ts';

/** Of a script: the program that its first line names, `env` and its options looked through. */
export const script: ContentReader<string> = {
  open: ({ head, program }) => known(program === 'script' ? interpreterOf(head) : undefined),
  weigh: (interpreter) => interpreter.length,
};

function interpreterOf(head: Buffer): string | undefined {
  const end = head.indexOf(10);
  // The kernel reads 256 bytes of the line at most (BINPRM_BUF_SIZE).
  const line = head.toString('utf8', 2, Math.min(end === -1 ? head.length : end, 256)).trim();
  const [path = '', ...rest] = line.split(/[ \t]+/);
  if (path.split('/').at(-1) !== 'env') return path === '' ? undefined : path;
  return rest.find((word) => !word.startsWith('-') && !/^[A-Za-z_]\w*=/.test(word)) ?? path;
}
