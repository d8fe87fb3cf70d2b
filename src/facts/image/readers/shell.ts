import { Needles } from './needles.ts';
import type { ContentReader } from './reader.ts';

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

const names = Object.keys(marks) as (keyof typeof marks)[];
const texts = Object.values(marks).map((mark) => Buffer.from(mark));

/** The kind of shell that a program is: `bash`, `dash`, `zsh`, `ksh`, `csh`, `fish`, or `posix` for any other. */
export const shell: ContentReader<string> = {
  open({ program }) {
    if (program !== 'elf') return undefined;
    const needles = new Needles(texts);
    const has = (mark: keyof typeof marks): boolean => needles.has(names.indexOf(mark));
    return {
      write: (chunk) => needles.write(chunk),
      end() {
        if (has('csh') && has('cshToo')) return 'csh';
        if (has('fish') && has('fishToo')) return 'fish';
        if (!has('optind') || !has('getopts')) return undefined;
        return (['bash', 'zsh', 'ksh', 'dash'] as const).find(has) ?? 'posix';
      },
    };
  },
  weigh: () => 16,
};
