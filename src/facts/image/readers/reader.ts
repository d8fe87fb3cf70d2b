/** A file whose content is about to come. */
export interface FileHead {
  /** From the root, without a slash at either end. */
  readonly path: string;
  readonly name: string;
  readonly mode: number;
  /** Of the content, in bytes. */
  readonly size: number;
  /** The first bytes of the content: all of a small file, else {@link headBytes}. */
  readonly head: Buffer;
  /** What kind of program it is by its first bytes; undefined where it is none. */
  readonly program: Program | undefined;
}

/** Bytes at the beginning of a file by which readers decide. An ELF file's program headers lie within. */
export const headBytes = 4096;

/** `elf`: an ELF file that can be started, not a library. `script`: begins with `#!`. */
export type Program = 'elf' | 'script';

/** Takes the content of one file, and says what is in it once it has ended. */
export interface ContentSink<Found> {
  /** Chunks may be kept, and must not be changed. */
  write(chunk: Buffer): void;
  /** Undefined where the content is not what was looked for. Never throws: odd content is no error of the image. */
  end(): Found | undefined;
}

/**
 * Recognises one kind of file and reads what facts need of it. A registry of these is in `index.ts`: a reader is a file and a
 * line there, and what it finds stands in {@link Content} under its name.
 */
export interface ContentReader<Found> {
  /** Undefined where the file is none of its kind. Called for every file: it looks at name and first bytes. */
  open(file: FileHead): ContentSink<Found> | undefined;
  /** Rough bytes of what was found. */
  weigh(found: Found): number;
}

/** A sink that keeps the content up to a limit, and reads it at its end. What is longer is not read. */
export function whole<Found>(
  limit: number,
  read: (content: Buffer) => Found | undefined,
): ContentSink<Found> {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    write(chunk) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    },
    end: () =>
      size > limit ? undefined : read(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
  };
}

/** A sink that needs the first bytes only, which it has. */
export function known<Found>(found: Found | undefined): ContentSink<Found> | undefined {
  return found === undefined ? undefined : { write: () => {}, end: () => found };
}

/** Bytes of a line that are looked at. */
const lineLimit = 16 * 1024;

/** A sink that hands over a text line by line, without line ends; of long ones the beginning. */
export function lines<Found>(
  onLine: (line: string) => void,
  end: () => Found | undefined,
): ContentSink<Found> {
  let rest = '';
  let tooLong = false;
  const emit = (line: string): void => {
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  };
  return {
    write(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        const piece = tooLong ? '' : chunk.toString('utf8', from, Math.min(at, from + lineLimit));
        emit(rest + piece);
        rest = '';
        tooLong = false;
        from = at + 1;
      }
      if (!tooLong) rest += chunk.toString('utf8', from, Math.min(chunk.length, from + lineLimit));
      if (rest.length > lineLimit) tooLong = true;
    },
    end() {
      if (rest !== '') emit(rest);
      return end();
    },
  };
}
