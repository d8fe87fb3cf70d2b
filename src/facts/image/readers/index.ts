import type { Sink } from '../tar/reader.ts';
import { apk } from './apk.ts';
import { dpkg } from './dpkg.ts';
import { isElfProgram } from './elf.ts';
import { etcShells } from './etc-shells.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { multicall } from './multicall.ts';
import { npm } from './npm.ts';
import { osRelease } from './os-release.ts';
import { python } from './python.ts';
import { type ContentReader, type ContentSink, type FileHead, headBytes, type Program } from './reader.ts';
import { script } from './script.ts';
import { secret } from './secret.ts';
import { shell } from './shell.ts';

export type { GoBuild } from './go.ts';
export type { Multicall } from './multicall.ts';
export { type Distro, osReleasePaths } from './os-release.ts';
export type { FoundPackage } from './package.ts';
export type { Program } from './reader.ts';

/** Everything that is read of files' contents, by the name under which it is remembered. */
const readers = {
  shell,
  multicall,
  script,
  etcShells,
  dpkg,
  apk,
  npm,
  python,
  go,
  java,
  osRelease,
  secret,
} as const satisfies Readonly<Record<string, ContentReader<unknown>>>;

type Readers = typeof readers;
type Found<Reader> = Reader extends ContentReader<infer Of> ? Of : never;

/**
 * The version of what readers find. Raise it when one is added or finds something else: what was remembered before is
 * read again then.
 */
export const readersVersion = 1;

/** What a file's content told. */
export type Content = {
  readonly program?: Program;
} & { readonly [Name in keyof Readers]?: Found<Readers[Name]> };

/** Whether a file has to be remembered by itself: something was found in it, it can be started, or runs as its owner. */
export function isTelling(
  { mode }: { readonly name: string; readonly mode: number },
  content: Content,
): boolean {
  if ((mode & 0o6000) !== 0) return true;
  const isExecutable = (mode & 0o111) !== 0;
  for (const key in content) if (isExecutable || (key !== 'program' && key !== 'script')) return true;
  return false;
}

const all = Object.entries(readers) as [keyof Readers, ContentReader<unknown>][];

/**
 * Lets every reader see a file.
 * @param done called once, at the file's end, with what was found and its rough size in bytes
 */
export function readContent(
  file: Pick<FileHead, 'path' | 'name' | 'mode' | 'size'>,
  done: (content: Content, weight: number) => void,
): Sink {
  const wanted = Math.min(file.size, headBytes);
  let held: Buffer = Buffer.alloc(0);
  let sinks: Open[] | undefined;
  return {
    write(chunk) {
      if (sinks === undefined) {
        held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
        if (held.length < wanted) return;
        sinks = open(file, held.subarray(0, headBytes));
        for (const { sink } of sinks) sink.write(held);
        held = Buffer.alloc(0);
      } else for (const { sink } of sinks) sink.write(chunk);
    },
    end() {
      sinks ??= open(file, held);
      const content: Record<string, unknown> = {};
      let weight = 0;
      for (const { name, sink, weigh } of sinks) {
        const found = sink.end();
        if (found === undefined) continue;
        content[name] = found;
        weight += weigh(found);
      }
      done(content as Content, weight);
    },
  };
}

interface Open {
  readonly name: string;
  readonly sink: ContentSink<unknown>;
  weigh(found: unknown): number;
}

function open(file: Pick<FileHead, 'path' | 'name' | 'mode' | 'size'>, head: Buffer): Open[] {
  const program = programOf(head);
  const seen: FileHead = { ...file, head, program };
  const sinks: Open[] = [];
  if (program !== undefined)
    sinks.push({ name: 'program', sink: { write: () => {}, end: () => program }, weigh: () => 16 });
  for (const [name, reader] of all) {
    const sink = reader.open(seen);
    if (sink !== undefined) sinks.push({ name, sink, weigh: (found) => reader.weigh(found) });
  }
  return sinks;
}

function programOf(head: Buffer): Program | undefined {
  if (head[0] === 0x23 && head[1] === 0x21) return 'script';
  return isElfProgram(head) ? 'elf' : undefined;
}
