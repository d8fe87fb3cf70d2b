/** The beginning of an ELF program for x86-64, and after it whatever a test wants to be found. */
export function elf(...texts: readonly (string | Buffer)[]): Buffer {
  const head = Buffer.alloc(4096);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(62, 18);
  return Buffer.concat([head, ...texts.flatMap((text) => [Buffer.from(text as string), Buffer.from('\0')])]);
}

/** A shared library: of type DYN, without interpreter and entry point. */
export function library(...texts: readonly string[]): Buffer {
  const bytes = elf(...texts);
  bytes.writeUInt16LE(3, 16);
  return bytes;
}

export const posixWords = ['OPTIND', 'getopts', 'PS4', 'unalias'];
export const bash = elf(...posixWords, 'BASH_VERSINFO');
export const dash = elf(...posixWords, 'Illegal number: %s');
export const zsh = elf(...posixWords, 'ZSH_VERSION');

export function busybox(applets: readonly string[]): Buffer {
  const words = applets.includes('sh') ? [...posixWords, 'Illegal number: %s'] : [];
  return elf(...words, 'BusyBox v1.36.1 (2024-01-01 00:00:00 UTC)', '\0\0', ...[...applets].sort());
}

/** As the Go toolchain writes it: a header of 32 bytes, then version and modules as texts with their lengths. */
export function goBinary(version: string, modules: string): Buffer {
  const text = (value: Buffer): Buffer => {
    const length: number[] = [];
    for (let left = value.length; ; left = Math.floor(left / 128)) {
      if (left < 128) {
        length.push(left);
        return Buffer.concat([Buffer.from(length), value]);
      }
      length.push((left % 128) + 128);
    }
  };
  const head = Buffer.alloc(32);
  head.write('\xff Go buildinf:', 'latin1');
  head[14] = 8;
  head[15] = 2;
  const guarded = Buffer.concat([Buffer.alloc(16, 1), Buffer.from(modules), Buffer.alloc(16, 2)]);
  return elf(Buffer.concat([Buffer.alloc(4096), head, text(Buffer.from(version)), text(guarded)]));
}
