import { type CompileOptions, compile, type Program, vocabulary } from '../../compile/index.ts';
import { documentKinds, type Loaded, loadDocuments, resourceOf } from '../../load/index.ts';
import type { Diagnostic, JsonObject, PolicySet } from '../../model/index.ts';

/** A document as a cluster holds it. */
export interface HeldDocument {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly object: JsonObject;
}

/** What became of a document: it is in force, a former state of it is, nothing of it is, or a file comes before it. */
export type DocumentFate = 'accepted' | 'former' | 'broken' | 'hidden';

export interface ConsideredDocument {
  readonly document: HeldDocument;
  readonly fate: DocumentFate;
  /** About the document as it is; errors where it is not accepted. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is in force of it; absent where nothing is. */
  readonly inForce?: { readonly generation: number; readonly entry: Entry };
  /** Nothing is, and whatever it is about is an error of it. */
  readonly isError?: true;
}

type Place = keyof typeof documentKinds;
type Entry = Required<PolicySet>[Place][number];

export interface Considered {
  /** Undefined where what the files say cannot be compiled with it, which is a bug. */
  readonly program: Program | undefined;
  /** Everything in force. */
  readonly set: PolicySet;
  readonly documents: readonly ConsideredDocument[];
}

const places = Object.keys(documentKinds) as Place[];

/** What a document is called where people read it, and in diagnostics in place of a file. */
export function labelOf({
  kind,
  namespace,
  name,
}: Pick<HeldDocument, 'kind' | 'namespace' | 'name'>): string {
  return `${resourceOf(kind)}.abatis.dev/${namespace === '' ? '' : `${namespace}/`}${name}`;
}

interface Good {
  readonly uid: string;
  readonly generation: number;
  readonly entry: Entry;
}

interface Read {
  readonly uid: string;
  readonly generation: number;
  readonly loaded: Loaded;
}

/**
 * Considers documents of a cluster one by one: one that is at fault keeps its last good state. Where it never had one, a
 * policy is an error wherever it applies, if that can be told, and anything else is left out. The others are not touched
 * by it. What files say comes first.
 */
export function documentKeeper() {
  let good = new Map<string, Good>();
  let reads = new Map<string, Read>();

  function read(document: HeldDocument): Loaded {
    const label = labelOf(document);
    const known = reads.get(label);
    if (known?.uid === document.uid && known.generation === document.generation) return known.loaded;
    const loaded = loadDocument(document);
    reads.set(label, { uid: document.uid, generation: document.generation, loaded });
    return loaded;
  }

  return (files: PolicySet, documents: readonly HeldDocument[], options: CompileOptions): Considered => {
    const labels = new Set(documents.map(labelOf));
    reads = new Map([...reads].filter(([label]) => labels.has(label)));
    const taken = namesOf(files);
    const drafts = new Map<string, Draft>();
    for (const document of documents) {
      const label = labelOf(document);
      const former = good.get(label);
      drafts.set(
        label,
        draftOf(document, read(document), former?.uid === document.uid ? former : undefined, taken),
      );
    }
    // A round without an error is the last one, and every other settles at least one document.
    for (;;) {
      const set = together(files, [...drafts.values()]);
      const compiled = compile(set, options);
      const faults = Map.groupBy(compiled.diagnostics, ({ file = '' }) => file);
      let isSettled = true;
      for (const [label, draft] of drafts) {
        if (draft.using === 'nothing') continue;
        const found = faults.get(label) ?? [];
        if (!found.some(({ severity }) => severity === 'error')) {
          if (draft.using === 'new') draft.warnings = found;
          continue;
        }
        isSettled = false;
        if (draft.using === 'new') draft.diagnostics = [...draft.diagnostics, ...found];
        draft.using = next(draft);
      }
      if (!isSettled) continue;
      const considered = [...drafts.values()].map(outcome);
      if (compiled.ok) good = goodOf(considered);
      return { program: compiled.ok ? compiled.program : undefined, set, documents: considered };
    }
  };
}

/** What is made of a document so far. */
interface Draft {
  readonly document: HeldDocument;
  readonly entry: Entry | undefined;
  readonly former: Good | undefined;
  /** An error in the place of a policy; worked out when it is needed. */
  readonly error: () => Entry | undefined;
  using: 'new' | 'former' | 'error' | 'nothing';
  readonly isHidden: boolean;
  diagnostics: readonly Diagnostic[];
  warnings: readonly Diagnostic[];
}

function draftOf(
  document: HeldDocument,
  loaded: Loaded,
  former: Good | undefined,
  taken: ReadonlySet<string>,
): Draft {
  const entry = entryOf(loaded);
  const isHidden = taken.has(keyOf(document));
  const error = once(() => errorOf(document));
  const common = { document, entry, former, error, isHidden, warnings: [], diagnostics: loaded.diagnostics };
  if (isHidden) return { ...common, using: 'nothing', diagnostics: [hidden(document)] };
  if (entry !== undefined) return { ...common, using: 'new' };
  return { ...common, using: next({ ...common, using: 'new' }) };
}

/** What is made of a document when what was made of it so far is at fault. */
function next({ using, former, error }: Pick<Draft, 'using' | 'former' | 'error'>): Draft['using'] {
  if (using === 'new' && former !== undefined) return 'former';
  return using === 'new' && error() !== undefined ? 'error' : 'nothing';
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

/** What says where a policy applies and what an error of it means. */
const frame = [
  ...['target', 'match', 'exclude', 'parameters', 'enforcement', 'failurePolicy', 'override', 'exceptions'],
  ...['bindingRequired', 'severity', 'runbook'],
];

/**
 * A policy whose document was never good, as far as it can be told what it is about: everything there is an error of
 * it, so that its failurePolicy decides.
 */
function errorOf(document: HeldDocument): Entry | undefined {
  const { spec } = document.object;
  if (document.kind !== documentKinds.policies.kind || typeof spec !== 'object' || spec === null)
    return undefined;
  const framed = Object.fromEntries(Object.entries(spec).filter(([key]) => frame.includes(key)));
  const rules = [{ name: 'document', expression: "dyn({})['its document is at fault'] == true" }];
  return entryOf(loadDocument({ ...document, object: { ...document.object, spec: { ...framed, rules } } }));
}

function outcome({
  document,
  using,
  entry,
  former,
  isHidden,
  diagnostics,
  warnings,
}: Draft): ConsideredDocument {
  const all = [...diagnostics, ...warnings];
  if (isHidden) return { document, fate: 'hidden', diagnostics: all };
  if (using === 'new' && entry !== undefined) {
    return {
      document,
      fate: 'accepted',
      diagnostics: all,
      inForce: { generation: document.generation, entry },
    };
  }
  if (using === 'former' && former !== undefined) {
    return { document, fate: 'former', diagnostics: all, inForce: former };
  }
  return { document, fate: 'broken', diagnostics: all, ...(using === 'error' && { isError: true }) };
}

function goodOf(considered: readonly ConsideredDocument[]): Map<string, Good> {
  return new Map(
    considered.flatMap(({ document, inForce }) =>
      inForce === undefined ? [] : [[labelOf(document), { uid: document.uid, ...inForce }] as const],
    ),
  );
}

function together(files: PolicySet, drafts: readonly Draft[]): PolicySet {
  const of = <K extends Place>(place: K): Required<PolicySet>[K][number][] => {
    const { kind } = documentKinds[place];
    const entries = drafts.flatMap(({ document, using, entry, former, error }) => {
      if (document.kind !== kind) return [];
      const used = { new: () => entry, former: () => former?.entry, error, nothing: () => undefined }[
        using
      ]();
      return used === undefined ? [] : [used as Required<PolicySet>[K][number]];
    });
    return [...((files[place] ?? []) as Required<PolicySet>[K][number][]), ...entries];
  };
  return { policies: of('policies'), bindings: of('bindings'), exceptions: of('exceptions') };
}

/** Reads one document, as `load` does those of a file. */
export function loadDocument(document: Pick<HeldDocument, 'kind' | 'namespace' | 'name' | 'object'>): Loaded {
  const { status: _, ...value } = document.object;
  return loadDocuments([{ value, source: { file: labelOf(document), index: 0 } }], vocabulary);
}

function entryOf(loaded: Loaded): Entry | undefined {
  if (loaded.diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  for (const place of places) {
    const [entry] = loaded[place];
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function keyOf({ kind, namespace, name }: Pick<HeldDocument, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

function namesOf(files: PolicySet): ReadonlySet<string> {
  return new Set(
    places.flatMap((place) =>
      (files[place] ?? []).map((entry) => {
        const namespace = 'namespace' in entry ? entry.namespace : '';
        return keyOf({ kind: documentKinds[place].kind, namespace, name: entry.name });
      }),
    ),
  );
}

function hidden(document: HeldDocument): Diagnostic {
  return {
    code: 'AB1113',
    severity: 'error',
    message: `a file has a ${document.kind} named \`${document.name}\`, which is in force instead`,
    help: 'give one of them another name, or take the file away',
    file: labelOf(document),
    path: ['metadata', 'name'],
  };
}
