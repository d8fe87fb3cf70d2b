import type { Diagnostic, JsonObject } from '../../model/index.ts';
import { printable } from '../../report/index.ts';
import { expandLists, readDocuments } from '../../yaml/index.ts';
import type { Terminal } from '../command.ts';
import { decode, largestFile, readText, tooLarge } from '../files.ts';

/** An object that was read from a file, with what there is to say of it, or else why there is none. */
export interface ReadObject {
  readonly object?: JsonObject;
  readonly note?: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The text of the file, to show problems in. */
  readonly text?: string;
}

/**
 * Reads one object from a file of YAML or JSON, `-` for standard input. Items of a List count as documents.
 * @param document which one, from 1; absent: the first, with a note where there are more
 */
export async function readObject(
  file: string,
  document: number | undefined,
  terminal: Terminal,
): Promise<ReadObject> {
  const read = file === '-' ? await readInput(terminal) : readText(file);
  if ('diagnostic' in read) return { diagnostics: [read.diagnostic] };
  const { text } = read;
  const { documents, diagnostics } = readDocuments(file, text);
  if (diagnostics.length > 0) return { diagnostics, text };
  const objects = documents.flatMap(expandLists);
  const found = objects[(document ?? 1) - 1];
  const source = file === '-' ? 'standard input' : `\`${printable(file)}\``;
  if (found === undefined) return { diagnostics: [missing(file, source, objects.length)], text };
  const { value } = found;
  if (!isObject(value)) {
    return {
      diagnostics: [
        {
          code: 'AB2101',
          severity: 'error',
          message: 'an object must be a mapping, which this is not',
          file,
        },
      ],
      text,
    };
  }
  const many = document === undefined && objects.length > 1;
  return {
    object: value,
    ...(many && { note: `${source} has ${objects.length} objects: this is the first of them` }),
    diagnostics: [],
    text,
  };
}

function missing(file: string, source: string, count: number): Diagnostic {
  const objects = count === 1 ? 'is one object' : `are ${count} objects`;
  return {
    code: 'AB2006',
    severity: 'error',
    message: `nothing was evaluated: there ${count === 0 ? 'is no object' : objects} in ${source}`,
    ...(count > 0 && { help: '`--document` counts from 1' }),
    file,
  };
}

async function readInput(terminal: Terminal): Promise<ReturnType<typeof decode>> {
  const bytes = await terminal.input(largestFile);
  return bytes === undefined ? { diagnostic: tooLarge('-') } : decode('-', bytes);
}

function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value))
  );
}
