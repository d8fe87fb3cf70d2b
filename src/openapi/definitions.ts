import { definitions as definitionLines, kinds as kindLines } from './data.ts';
import { type Field, type FieldNotation, readField } from './notation.ts';

/** The fields of a definition by their names, each decoded when it is asked for. */
export interface Definition {
  readonly name: string;
  readonly fieldNames: readonly string[];
  /** Undefined where there is no such field. */
  readonly field: (name: string) => Field | undefined;
}

/** Where the rest of a line stands in its text. */
type Span = readonly [start: number, end: number];

let spansOfKinds: ReadonlyMap<string, Span> | undefined;
let spansOfDefinitions: ReadonlyMap<string, Span> | undefined;
const decoded = new Map<string, Definition>();
const atomicMark = 'atomic ';

/** The name of a built-in kind's definition; undefined for a kind that the table does not have. */
export function definitionName(group: string, version: string, kind: string): string | undefined {
  spansOfKinds ??= spansByWord(kindLines);
  const span = spansOfKinds.get(`${group}/${version}/${kind}`);
  return span === undefined ? undefined : kindLines.slice(...span);
}

/** The definition of a name that `definitionName` or a type gave. */
export function definition(name: string): Definition {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  const made = decode(name, text(name));
  decoded.set(name, made);
  return made;
}

/** Whether there is a definition of a name: types of expressions may have other names. */
export function hasDefinition(name: string): boolean {
  spansOfDefinitions ??= spansByWord(definitionLines);
  return spansOfDefinitions.has(name);
}

function decode(name: string, line: string): Definition {
  const json = line.startsWith(atomicMark) ? line.slice(atomicMark.length) : line;
  const notations = JSON.parse(json) as Readonly<Record<string, FieldNotation>>;
  const fields = new Map<string, Field>();
  return {
    name,
    fieldNames: Object.keys(notations),
    field: (fieldName) => {
      const known = fields.get(fieldName);
      if (known !== undefined) return known;
      const notation = Object.hasOwn(notations, fieldName) ? notations[fieldName] : undefined;
      if (notation === undefined) return undefined;
      const field = readField(notation, isAtomic);
      fields.set(fieldName, field);
      return field;
    },
  };
}

/** Whether server-side apply replaces an object of this definition as a whole (`x-kubernetes-map-type`). */
export function isAtomic(name: string): boolean {
  return text(name).startsWith(atomicMark);
}

function text(name: string): string {
  spansOfDefinitions ??= spansByWord(definitionLines);
  const span = spansOfDefinitions.get(name);
  if (span === undefined) throw new Error(`the table has no definition ${name}`);
  return definitionLines.slice(...span);
}

/** By the first word of each line: where the rest of it stands. */
function spansByWord(lines: string): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  for (let start = 0; start < lines.length; ) {
    const newline = lines.indexOf('\n', start);
    const end = newline < 0 ? lines.length : newline;
    const space = lines.indexOf(' ', start);
    spans.set(lines.slice(start, space), [space + 1, end]);
    start = end + 1;
  }
  return spans;
}
