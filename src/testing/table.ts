import type { GivenFacts } from '../engine/index.ts';
import { type Form, isMapping, problemsOf } from '../fields/index.ts';
import { type Diagnostic, type JsonObject, type Operation, operations, type Path } from '../model/index.ts';
import { compile as compileRegex, type Regex } from '../regex/index.ts';
import { parseTimestamp } from '../time/index.ts';
import {
  type DocumentProblem,
  diagnose,
  expandLists,
  readDocuments,
  type SourceDocument,
} from '../yaml/index.ts';
import { isContext } from './context.ts';
import {
  type Expectation,
  type TableObject,
  type TableRequest,
  type TestCase,
  type TextFile,
  type Verdict,
  verdicts,
} from './model.ts';
import { standardTime } from './standard-time.ts';

const text: Form = { is: 'text' };
const object: Form = { is: 'either', of: [{ is: 'mapping', of: { is: 'anything' } }, text] };
const texts: Form = { is: 'list', of: text, mayBeEmpty: true };

/** By source, by what is asked for. */
const factsForm: Form = { is: 'mapping', of: { is: 'mapping', of: { is: 'anything' } } };

/** The shape of `tests.yaml`. */
export const tableForm: Form = {
  is: 'fields',
  required: ['tests'],
  fields: {
    tests: {
      is: 'list',
      of: {
        is: 'fields',
        required: ['name', 'expect'],
        fields: {
          name: text,
          operation: { is: 'text', oneOf: operations },
          object,
          oldObject: object,
          kind: text,
          subresource: text,
          resourceName: text,
          namespace: text,
          user: text,
          groups: texts,
          uid: text,
          extra: { is: 'mapping', of: texts },
          namespaceLabels: { is: 'mapping', of: { is: 'text', mayBeEmpty: true } },
          parameters: { is: 'mapping', of: { is: 'anything' } },
          facts: { is: 'either', of: [factsForm, text] },
          time: text,
          expect: {
            is: 'fields',
            required: [],
            fields: {
              action: { is: 'text', oneOf: verdicts.toReversed() },
              rules: texts,
              message: text,
              error: text,
              patch: { is: 'list', of: { is: 'mapping', of: { is: 'anything' } }, mayBeEmpty: true },
            },
          },
        },
      },
    },
  },
};

/** A test as its form has it. */
interface TestDocument {
  readonly name: string;
  readonly operation?: Operation;
  readonly object?: JsonObject | string;
  readonly oldObject?: JsonObject | string;
  readonly kind?: string;
  readonly subresource?: string;
  readonly resourceName?: string;
  readonly namespace?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: JsonObject;
  readonly namespaceLabels?: JsonObject;
  readonly parameters?: JsonObject;
  readonly facts?: GivenFacts | string;
  readonly time?: string;
  readonly expect: {
    readonly action?: Verdict;
    readonly rules?: readonly string[];
    readonly message?: string;
    readonly error?: string;
    readonly patch?: readonly JsonObject[];
  };
}

export interface Table {
  /** Tests without fault. */
  readonly tests: readonly TestCase[];
  readonly diagnostics: readonly Diagnostic[];
  /** The files of objects and facts that it names. */
  readonly files: ReadonlySet<string>;
}

/**
 * Reads a table of tests. What is wrong with one test keeps no other from being read.
 * @param beside gives a file by its name as the table has it
 */
export function readTable(table: TextFile, beside: (name: string) => TextFile | undefined): Table {
  const { documents, diagnostics } = readDocuments(table.file, table.text);
  const reader = new TableReader(beside);
  const found = [...diagnostics];
  const names = new Map<string, number>();
  for (const document of documents) {
    const report = (problems: readonly DocumentProblem[]) =>
      found.push(...problems.map((problem) => diagnose(problem, document.source)));
    const { value } = document;
    const tests = isMapping(value) && Object.hasOwn(value, 'tests') ? value['tests'] : undefined;
    const problems = problemsOf(value, tableForm);
    report(problems);
    if (!Array.isArray(tests)) continue;
    for (const [index, test] of tests.entries()) {
      const path: Path = ['tests', index];
      const name = isMapping(test) && typeof test['name'] === 'string' ? test['name'] : undefined;
      if (name !== undefined && names.has(name)) report([duplicate(name, names.get(name) ?? 0, path)]);
      else if (name !== undefined) names.set(name, index);
      if (problems.some((problem) => problem.path[0] === 'tests' && problem.path[1] === index)) continue;
      reader.read(test as TestDocument, document, path);
      report(reader.problems.splice(0));
    }
  }
  return {
    tests: reader.tests,
    diagnostics: [...found, ...reader.diagnostics],
    files: reader.files,
  };
}

class TableReader {
  readonly tests: TestCase[] = [];
  readonly files = new Set<string>();
  /** Of the test that was read last. */
  readonly problems: DocumentProblem[] = [];
  /** Of the files of objects. */
  readonly diagnostics: Diagnostic[] = [];
  private readonly beside: (name: string) => TextFile | undefined;
  private readonly known = new Map<string, readonly SourceDocument[]>();

  constructor(beside: (name: string) => TextFile | undefined) {
    this.beside = beside;
  }

  read(test: TestDocument, document: SourceDocument, path: Path): void {
    const { source } = document;
    const before = this.problems.length;
    if (Object.keys(test.expect).length === 0) {
      this.problems.push({
        code: 'AB2204',
        message: '`expect` is empty',
        help: 'say what must come of it, such as `action: Deny`',
        path: [...path, 'expect'],
      });
    }
    const operation =
      test.operation ??
      (test.oldObject === undefined ? 'CREATE' : test.object === undefined ? 'DELETE' : 'UPDATE');
    this.requireObjects(test, operation, path);
    const asks: TableRequest = {
      operation,
      object: this.objectOf(test.object, document, [...path, 'object']),
      oldObject: this.objectOf(test.oldObject, document, [...path, 'oldObject']),
      kind: test.kind,
      subresource: test.subresource,
      name: test.resourceName,
      namespace: test.namespace,
      user: test.user,
      groups: test.groups ?? [],
      uid: test.uid,
      extra: test.extra,
      namespaceLabels: test.namespaceLabels,
    };
    const facts = this.factsOf(test.facts, [...path, 'facts']);
    if (test.user === undefined) this.requireUser(test, path);
    const now = this.time(test.time, [...path, 'time']);
    const expect = this.expectation(test.expect, [...path, 'expect']);
    if (this.problems.length > before) return;
    this.tests.push({
      name: test.name,
      source,
      path,
      asks,
      ...(test.parameters !== undefined && { parameters: test.parameters }),
      ...(facts !== undefined && { facts }),
      now,
      expect,
    });
  }

  /** What is known of who asks is known of somebody. */
  private requireUser(test: TestDocument, path: Path): void {
    for (const field of ['groups', 'uid', 'extra'] as const) {
      if (test[field] === undefined) continue;
      const verb = field === 'uid' ? 'is that' : field === 'extra' ? 'is what is known' : 'are those';
      this.impossible(`\`${field}\` ${verb} of a \`user\`, and there is none`, 'say who asks', [
        ...path,
        field,
      ]);
    }
  }

  /** What the API server sends with an operation. */
  private requireObjects({ object, oldObject }: TestDocument, operation: Operation, path: Path): void {
    const wanted = {
      CREATE: [true, false],
      UPDATE: [true, true],
      DELETE: [false, true],
      CONNECT: [undefined, false],
    }[operation];
    for (const [index, field] of (['object', 'oldObject'] as const).entries()) {
      const isThere = (field === 'object' ? object : oldObject) !== undefined;
      const isWanted = wanted?.[index];
      if (isWanted === undefined || isWanted === isThere) continue;
      this.impossible(
        isWanted ? `${operation} needs \`${field}\`` : `${operation} takes no \`${field}\``,
        `with CREATE there is \`object\`, with DELETE \`oldObject\`, with UPDATE both`,
        isThere ? [...path, field] : path,
      );
      // One mistake, said once.
      return;
    }
  }

  private factsOf(value: TestDocument['facts'], path: Path): GivenFacts | undefined {
    if (typeof value !== 'string') return value;
    const file = this.fileOf(value, 'facts are a mapping', path);
    const [document] = file === undefined ? [] : this.documentsOf(file);
    if (document === undefined) return undefined;
    const problems = problemsOf(document.value, factsForm);
    this.diagnostics.push(...problems.map((problem) => diagnose(problem, document.source)));
    return problems.length === 0 ? (document.value as GivenFacts) : undefined;
  }

  private fileOf(name: string, otherwise: string, path: Path): TextFile | undefined {
    const file = this.beside(name);
    if (file !== undefined) return file;
    this.problems.push({
      code: 'AB2001',
      message: `there is no file \`${name}\` beside this one`,
      help: `${otherwise}, or the name of a file in the folder of this table`,
      path,
    });
    return undefined;
  }

  private objectOf(
    value: JsonObject | string | undefined,
    { source }: SourceDocument,
    path: Path,
  ): TableObject | undefined {
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      return {
        document: { value, source: { ...source, base: [...(source.base ?? []), ...path] } },
        context: [],
      };
    }
    const file = this.fileOf(value, 'an object is a mapping', path);
    if (file === undefined) return undefined;
    const documents = this.documentsOf(file);
    const objects = documents.filter((each) => documents.length === 1 || !isContext(each.value));
    const [document] = objects;
    if (document !== undefined && objects.length === 1) {
      return { document, context: documents.filter((each) => each !== document) };
    }
    this.impossible(
      `\`${value}\` has ${objects.length === 0 ? 'no object' : `${objects.length} objects`}, and one is asked about`,
      'Namespaces and CustomResourceDefinitions beside it are not counted',
      path,
    );
    return undefined;
  }

  private documentsOf({ file, text }: TextFile): readonly SourceDocument[] {
    this.files.add(file);
    let documents = this.known.get(file);
    if (documents === undefined) {
      const read = readDocuments(file, text);
      this.diagnostics.push(...read.diagnostics);
      documents = read.documents.flatMap(expandLists);
      this.known.set(file, documents);
    }
    return documents;
  }

  private expectation(expected: TestDocument['expect'], path: Path): Expectation {
    const { action, rules, message, error, patch } = expected;
    const messagePattern = this.pattern(message, [...path, 'message']);
    const errorPattern = this.pattern(error, [...path, 'error']);
    return {
      ...(action !== undefined && { action }),
      ...(rules !== undefined && { rules }),
      ...(messagePattern !== undefined && { message: messagePattern }),
      ...(errorPattern !== undefined && { error: errorPattern }),
      ...(patch !== undefined && { patch }),
    };
  }

  private pattern(pattern: string | undefined, path: Path): Regex | undefined {
    if (pattern === undefined) return undefined;
    const compiled = compileRegex(pattern);
    if (compiled.ok) return compiled.regex;
    this.problems.push({
      code: 'AB2206',
      message: compiled.message,
      help: 'patterns are RE2; `\\Q` and `\\E` enclose what is to be found as it stands',
      path,
    });
    return undefined;
  }

  private time(value: string | undefined, path: Path): number {
    if (value === undefined) return standardTime;
    const parsed = parseTimestamp(value);
    if (typeof parsed !== 'string') return parsed.seconds * 1000 + parsed.nanos / 1_000_000;
    this.problems.push({
      code: 'AB2204',
      message: `\`${value}\` is not a time`,
      help: 'write it as RFC 3339 has it, with its zone: `2027-03-01T00:00:00Z`',
      path,
    });
    return standardTime;
  }

  private impossible(message: string, help: string, path: Path): void {
    this.problems.push({ code: 'AB2207', message, help, path });
  }
}

function duplicate(name: string, first: number, path: Path): DocumentProblem {
  return {
    code: 'AB2205',
    message: `there are two tests named \`${name}\``,
    help: `\`tests[${first}]\` is the other`,
    path: [...path, 'name'],
  };
}
