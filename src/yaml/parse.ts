import { type Event, parseEvents, YAMLException } from 'js-yaml';
import { skipLead } from './chunks.ts';
import { depthHelp } from './construct.ts';
import { scanJson } from './json.ts';
import { deepest } from './limits.ts';
import type { TextProblem } from './problem.ts';

/** The events of one document's text, or what keeps it from having any. */
export type ParsedYaml =
  | { readonly ok: true; readonly events: readonly Event[] }
  | { readonly ok: false; readonly problem: TextProblem };

/** What to say instead of js-yaml's own words, and how to mend it. */
const wordings: ReadonlyMap<string, readonly [message: string, help?: string]> = new Map([
  ['tab characters must not be used in indentation', ['a tab is used for indentation', 'indent with spaces']],
  [
    'bad indentation of a mapping entry',
    [
      'this does not fit the mapping it stands in',
      'compare its indentation with the lines before it, and put text that holds `: ` in quotes',
    ],
  ],
  [
    'bad indentation of a sequence entry',
    ['this does not fit the list it stands in', 'compare its indentation with the lines before it'],
  ],
  [
    'can not read a block mapping entry; a multiline key may not be an implicit key',
    ['a key without `:`', 'write `key: value`'],
  ],
  [
    'end of the stream or a document separator is expected',
    ['expected the end of the document', 'compare the indentation of this line with the lines before it'],
  ],
  [
    'deficient indentation',
    ['this is indented too little', 'close the bracket, or indent further what stands inside it'],
  ],
  ['missed comma between flow collection entries', ['expected `,` between the entries']],
  ['unexpected end of the stream within a flow collection', ['the bracket is never closed']],
  ['unexpected end of the stream within a double quoted scalar', ['the quote is never closed']],
  ['unexpected end of the stream within a single quoted scalar', ['the quote is never closed']],
  ['unexpected end of the document within a double quoted scalar', ['the quote is never closed']],
  ['unexpected end of the document within a single quoted scalar', ['the quote is never closed']],
  [
    'the stream contains non-printable characters',
    ['a control character', 'write it as an escape in double quotes'],
  ],
  ['null byte is not allowed in input', ['a control character', 'write it as an escape in double quotes']],
  ['unknown escape sequence', ['this escape is not known', 'write `\\\\` for a backslash itself']],
]);

/** Signs that YAML keeps for itself at the beginning of a text. */
const reserved = '@`%';

/**
 * Reads one document's text. Where `isJson`, what begins with a brace or a bracket must be JSON; elsewhere it may
 * be YAML, and has its problems told as JSON's if its first key in double quotes shows that it was meant so.
 */
export function parseYaml(text: string, isJson: boolean): ParsedYaml {
  if (isJson && /[{[]/.test(text.charAt(skipLead(text, 0)))) {
    const problem = jsonProblem(text);
    if (problem !== undefined) return { ok: false, problem };
  }
  try {
    return { ok: true, events: parseEvents(text, { maxDepth: deepest }) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const start = skipLead(text, 0);
    const meant = /^(?:\{[ \t\r\n]*"|\[[ \t\r\n]*[[{"])/.test(text.slice(start, start + 1000));
    return { ok: false, problem: (meant ? jsonProblem(text) : undefined) ?? yamlProblem(error, text) };
  }
}

/** What keeps a text in braces or brackets from being JSON; undefined where nothing does. */
function jsonProblem(text: string): TextProblem | undefined {
  const start = skipLead(text, 0);
  const scanned = scanJson(text.slice(start), deepest);
  if (scanned.ok) {
    const behind = /[^ \t\r\n]/.exec(text.slice(start + scanned.end))?.index;
    if (behind === undefined) return undefined;
    const at = start + scanned.end + behind;
    return {
      code: 'AB1002',
      message: 'expected the end of the text behind the JSON value',
      start: at,
      end: at + 1,
    };
  }
  const { message, offset, length, tooDeep } = scanned.problem;
  return {
    code: tooDeep ? 'AB1005' : 'AB1002',
    message,
    ...(tooDeep && { help: depthHelp }),
    start: start + offset,
    end: start + offset + length,
  };
}

function yamlProblem(error: YAMLException, text: string): TextProblem {
  const start = Math.min(error.mark?.position ?? 0, text.length);
  const end = Math.min(start + 1, text.length);
  if (error.reason.startsWith('nesting exceeded')) {
    return { code: 'AB1005', message: 'the document is nested too deeply', help: depthHelp, start, end };
  }
  const sign = text.charAt(start);
  if (error.reason.startsWith('bad indentation') && reserved.includes(sign)) {
    return {
      code: 'AB1001',
      message: `\`${sign}\` cannot begin a text without quotes`,
      help: 'put the text in quotes',
      start,
      end,
    };
  }
  const [message, help] = wordings.get(error.reason) ?? [reworded(error.reason)];
  return { code: 'AB1001', message, ...(help !== undefined && { help }), start, end };
}

/** js-yaml's own words for what is rare, in the manner of ours. */
function reworded(reason: string): string {
  return reason.replaceAll('"', '`').replace(/^(YAML|TAG) directive/, 'a `%$1` directive');
}
