import type { Logger } from 'pino';
import type { CompileOptions, Program } from '../../compile/index.ts';
import type { Diagnostic, PolicySet, ResourceKind } from '../../model/index.ts';
import type { Metrics } from '../../webhook/index.ts';
import { type ConsideredDocument, documentKeeper, type HeldDocument } from './documents.ts';
import { logDiagnostics, logDocuments } from './log-diagnostics.ts';
import { type CompiledFiles, isSame, programOf, readPolicies, summary } from './policies.ts';

export interface InForceOptions {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** The kinds that the cluster serves, asked for each time that policies are loaded. */
  readonly kinds: () => Promise<readonly ResourceKind[]>;
  /** The version of Kubernetes that expressions must be at home in. */
  readonly kubernetes: string | undefined;
  /** The namespace whose exceptions reach everything. */
  readonly namespace: string | undefined;
  /** The cluster holds policies, too. */
  readonly holdsDocuments: boolean;
  /** Told of each program that takes the place of another. */
  readonly onUse: (program: Program) => void;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The policies that judge at this moment. */
export interface InForce {
  program(): Program;
  /** What the program is made of. */
  set(): PolicySet;
  /** The documents of the cluster, as they were considered last. */
  documents(): readonly ConsideredDocument[];
  /** For people: what is in force and, where a newer set was refused, that it was. */
  state(): string;
  /** How the policies in force were compiled. */
  compileOptions(): CompileOptions;
  /**
   * Reads the files again. A set that is good takes the place of the former one; one that is not is refused, with
   * its diagnostics in the log.
   * @param isForced load them although they are what was read last
   */
  reload(isForced: boolean): Promise<void>;
  /** Considers the documents that the cluster holds now, one by one. */
  consider(documents: readonly HeldDocument[]): Promise<void>;
  /** Compiles everything anew if the cluster serves other kinds than it did. */
  renewKinds(): Promise<void>;
}

/** Why there are no policies to begin with. */
export interface Refusal {
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that the diagnostics are about, by file. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Loads policies for the first time; documents of the cluster are considered later. */
export async function loadPolicies(options: InForceOptions): Promise<InForce | Refusal> {
  const { paths, holdsDocuments, metrics, log } = options;
  let kinds = await options.kinds();
  let text = await readPolicies(paths, holdsDocuments);
  const first = programOf(text, compileOptions());
  if (first.program === undefined) {
    return {
      diagnostics: first.diagnostics,
      texts: new Map(text.sources.map((source) => [source.file, source.text])),
    };
  }
  const keep = documentKeeper();
  let files: PolicySet = first.set;
  let held: readonly HeldDocument[] = [];
  let documents: readonly ConsideredDocument[] = [];
  let set = files;
  let program = first.program;
  let refusal: string | undefined;
  logDiagnostics(log, first.diagnostics);
  metrics.loaded(program);
  metrics.refusal(() => refusal !== undefined);

  function compileOptions(): CompileOptions {
    const { kubernetes, namespace } = options;
    return {
      kinds,
      ...(kubernetes !== undefined && { kubernetes }),
      ...(namespace !== undefined && { namespace }),
    };
  }

  function refuse(errors: number): void {
    const why = errors === 0 ? 'a bug' : errors === 1 ? '1 error' : `${errors} errors`;
    refusal = `a changed set was refused (${why}) and the former one is in force`;
    metrics.refused();
    log.error({ errors }, 'the changed policies are refused; the former ones stay in force');
  }

  function use(next: Program, nextSet: PolicySet): void {
    const names = new Set(next.policies.map(({ name }) => name));
    const gone = program.policies.map(({ name }) => name).filter((name) => !names.has(name));
    if (gone.length > 0) log.warn({ policies: gone }, 'policies that were in force are gone');
    program = next;
    set = nextSet;
    metrics.loaded(program);
    options.onUse(program);
    log.info({}, `loaded ${summary(program)}`);
  }

  /** Puts what files say and what the cluster holds together. */
  function combine(): void {
    const considered = attempt(log, () => keep(files, held, { ...compileOptions(), former: program }));
    if (considered?.program === undefined) {
      refuse(0);
      return;
    }
    logDocuments(log, documents, considered.documents);
    documents = considered.documents;
    metrics.documents(documents.map(({ fate }) => fate));
    use(considered.program, considered.set);
  }

  function replace(next: CompiledFiles | undefined): void {
    logDiagnostics(log, next?.diagnostics ?? []);
    if (next?.program === undefined) {
      refuse(next?.diagnostics.filter(({ severity }) => severity === 'error').length ?? 0);
      return;
    }
    files = next.set;
    refusal = undefined;
    if (holdsDocuments) combine();
    else use(next.program, next.set);
  }

  return {
    program: () => program,
    set: () => set,
    documents: () => documents,
    state() {
      const broken = documents.filter(({ fate }) => fate !== 'accepted').length;
      const notes = [
        ...(refusal === undefined ? [] : [refusal]),
        ...(broken === 0 ? [] : [notInForce(broken)]),
      ];
      return [summary(program), ...notes].join('; ');
    },
    compileOptions,
    async reload(isForced) {
      const read = await readPolicies(paths, holdsDocuments);
      if (!isForced && isSame(text, read)) return;
      text = read;
      kinds = await options.kinds();
      replace(attempt(log, () => programOf(read, { ...compileOptions(), former: program })));
    },
    async consider(next) {
      held = next;
      combine();
    },
    async renewKinds() {
      const next = await options.kinds();
      if (JSON.stringify(next) === JSON.stringify(kinds)) return;
      kinds = next;
      replace(attempt(log, () => programOf(text, compileOptions())));
    },
  };
}

function notInForce(count: number): string {
  return count === 1
    ? '1 document of the cluster is not in force as it is'
    : `${count} documents of the cluster are not in force as they are`;
}

/** A bug that a changed policy brings to light must not take a server down that works. */
function attempt<T>(log: Logger, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    log.error({ error: stack }, 'failed to load policies, which is a bug');
    return undefined;
  }
}
