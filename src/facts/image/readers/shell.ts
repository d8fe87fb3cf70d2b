import { Needles } from './needles.ts';
import { type ContentReader, whole } from './reader.ts';

/**
 * Texts by which a shell's binary is known, whatever its file is called. A POSIX shell has to know the variable `OPTIND` and the
 * builtin `getopts` by name (POSIX.1-2017, 2.5.3 and getopts), and hardly anything else has both: of Debian's programs
 * only shells do. The others tell which shell it is; csh and fish, which are no POSIX shells, have marks of their own.
 * What is packed (UPX) or encrypted is not seen.
 */
const marks = {
  optind: 'OPTIND',
  getopts: 'getopts',
  bash: 'BASH_VERSINFO',
  zsh: 'ZSH_VERSION',
  ksh: 'KSH_VERSION',
  dash: 'Illegal number: %s',
  csh: 'breaksw',
  cshToo: "Too many ('s",
  fish: 'fish_default_key_bindings',
  fishToo: 'FISH_DEBUG',
} as const;

type Mark = keyof typeof marks;

/** Programs up to this size are held and searched for one mark after the other, most of them for the first ones only. */
const held = 8 * 1024 * 1024;

/** Larger ones are searched as they come, for what tells whether they are a shell, and not for which. */
const streamed: readonly Mark[] = ['optind', 'getopts', 'csh', 'fish'];

/** The kind of shell that a program is: `bash`, `dash`, `zsh`, `ksh`, `csh`, `fish`, or `posix` for any other. */
export const shell: ContentReader<string> = {
  open({ program, size }) {
    if (program !== 'elf') return undefined;
    if (size <= held)
      return whole(held, (content) => kindOf((mark) => content.includes(marks[mark], 0, 'latin1')));
    const needles = new Needles(streamed.map((mark) => Buffer.from(marks[mark])));
    return {
      write: (chunk) => needles.write(chunk),
      // A mark beside another one of the same shell is taken for found.
      end: () => kindOf((mark) => (mark.endsWith('Too') ? true : needles.has(streamed.indexOf(mark)))),
    };
  },
  weigh: () => 16,
};

function kindOf(has: (mark: Mark) => boolean): string | undefined {
  if (has('optind') && has('getopts')) return (['bash', 'zsh', 'ksh', 'dash'] as const).find(has) ?? 'posix';
  if (has('csh') && has('cshToo')) return 'csh';
  return has('fish') && has('fishToo') ? 'fish' : undefined;
}
