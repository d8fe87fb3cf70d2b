import { EVENT_ID } from 'js-yaml';
import type { Diagnostic, DocumentSource } from '../model/index.ts';
import type { Chunk } from './chunks.ts';
import { construct, depthHelp } from './construct.ts';
import { printable } from './diagnose.ts';
import { longestText, mostProblems } from './limits.ts';
import { chunksWithMemo, linesOf } from './memo.ts';
import { parseYaml } from './parse.ts';
import type { TextProblem } from './problem.ts';

/** A document as it was read: a value as `JSON.parse` would give it, and where it came from. */
export interface SourceDocument {
  readonly value: unknown;
  readonly source: DocumentSource;
}

export interface ReadDocuments {
  readonly documents: readonly SourceDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a text of YAML or JSON, one document or several (a stream of JSON values too), as kubectl would. Empty
 * documents are left out. A document with a problem is left out and reported, and hides no other.
 *
 * Integers beyond 2^53 come as `bigint`, as in `parseExact`; aliased values are one object, so values must not
 * be changed.
 *
 * @param file what to call the text; a name that ends in `.json` has its problems told as JSON's
 */
export function readDocuments(file: string, text: string): ReadDocuments {
  const documents: SourceDocument[] = [];
  const problems: TextProblem[] = [];
  if (text.length > longestText) {
    const message = `the text is longer than ${longestText / 1024 / 1024} MiB`;
    problems.push({ code: 'AB1006', message, help: 'split it into several files', start: 0, end: 0 });
  } else {
    let index = 0;
    for (const chunk of chunksWithMemo(text)) {
      const value = readChunk(text, chunk, /\.json$/i.test(file), problems);
      if (value !== null && value !== undefined) documents.push({ value, source: { file, text, index } });
      index++;
    }
  }
  return { documents, diagnostics: diagnosticsOf(file, text, problems) };
}

/** Undefined for a chunk with a problem. */
function readChunk(text: string, chunk: Chunk, isJson: boolean, problems: TextProblem[]): unknown {
  const { start, end, json } = chunk;
  if (json !== undefined) {
    if (!json.tooDeep) return json.value;
    problems.push({
      code: 'AB1005',
      message: 'the document is nested too deeply',
      help: depthHelp,
      start,
      end: start,
    });
    return undefined;
  }
  const part = text.slice(start, end);
  const parsed = parseYaml(part, isJson);
  if (!parsed.ok) {
    problems.push(shift(parsed.problem, start));
    return undefined;
  }
  if (parsed.events[0]?.type !== EVENT_ID.DOCUMENT) return null;
  const constructed = construct(part, parsed.events);
  for (const problem of constructed.problems) problems.push(shift(problem, start));
  return constructed.problems.length > 0 ? undefined : constructed.value;
}

function shift(problem: TextProblem, by: number): TextProblem {
  return { ...problem, start: problem.start + by, end: problem.end + by };
}

function diagnosticsOf(file: string, text: string, problems: readonly TextProblem[]): readonly Diagnostic[] {
  if (problems.length === 0) return [];
  const lines = linesOf(text);
  const diagnostics: Diagnostic[] = problems
    .slice(0, mostProblems)
    .map(({ code, message, help, start, end }) => ({
      code,
      severity: 'error',
      message: printable(message),
      ...(help !== undefined && { help: printable(help) }),
      file,
      span: lines.span(start, end),
    }));
  const more = problems.length - mostProblems;
  if (more > 0) {
    diagnostics.push({
      code: 'AB1117',
      severity: 'error',
      message: `${more} more problems are not shown`,
      file,
    });
  }
  return diagnostics;
}
