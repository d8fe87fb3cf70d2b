import type { Logger } from 'pino';
import type { CompileOptions, Program } from '../../compile/index.ts';
import type { Diagnostic, ResourceKind } from '../../model/index.ts';
import type { Metrics } from '../../webhook/index.ts';
import { isSame, type PolicySet, type PolicyText, programOf, readPolicies, summary } from './policies.ts';

export interface InForceOptions {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** The kinds that the cluster serves, asked for each time that policies are loaded. */
  readonly kinds: () => Promise<readonly ResourceKind[]>;
  /** The version of Kubernetes that expressions must be at home in. */
  readonly kubernetes: string | undefined;
  /** The namespace whose exceptions reach everything. */
  readonly namespace: string | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The policies that judge at this moment. */
export interface InForce {
  program(): Program;
  /** For people: what is in force and, where a newer set was refused, that it was. */
  state(): string;
  /**
   * Reads the files again. A set that is good takes the place of the former one; one that is not is refused, with
   * its diagnostics in the log.
   * @param isForced load them although they are what was read last
   */
  reload(isForced: boolean): Promise<void>;
}

/** Why there are no policies to begin with. */
export interface Refusal {
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that the diagnostics are about, by file. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Loads policies for the first time. */
export async function loadPolicies(options: InForceOptions): Promise<InForce | Refusal> {
  const { paths, kinds, metrics, log } = options;
  let text = await readPolicies(paths);
  const first = programOf(text, compileOptions(await kinds(), options));
  if (first.program === undefined) {
    return {
      diagnostics: first.diagnostics,
      texts: new Map(text.sources.map((source) => [source.file, source.text])),
    };
  }
  let program = first.program;
  let refusal: string | undefined;
  logDiagnostics(log, first.diagnostics);
  metrics.loaded(program);

  function replace(next: PolicySet): void {
    logDiagnostics(log, next.diagnostics);
    if (next.program === undefined) {
      const errors = next.diagnostics.filter(({ severity }) => severity === 'error').length;
      const why = errors === 0 ? 'a bug' : errors === 1 ? '1 error' : `${errors} errors`;
      refusal = `a changed set was refused (${why}) and the former one is in force`;
      metrics.refused();
      log.error({ errors }, 'the changed policies are refused; the former ones stay in force');
      return;
    }
    const names = new Set(next.program.policies.map(({ name }) => name));
    const gone = program.policies.map(({ name }) => name).filter((name) => !names.has(name));
    if (gone.length > 0) log.warn({ policies: gone }, 'policies that were in force are gone');
    program = next.program;
    refusal = undefined;
    metrics.loaded(program);
    log.info({}, `loaded ${summary(program)}`);
  }

  return {
    program: () => program,
    state: () => (refusal === undefined ? summary(program) : `${summary(program)}; ${refusal}`),
    async reload(isForced) {
      const read = await readPolicies(paths);
      if (!isForced && isSame(text, read)) return;
      text = read;
      replace(tryProgramOf(read, await kinds(), options));
    },
  };
}

/** A bug that a changed policy brings to light must not take a server down that works. */
function tryProgramOf(text: PolicyText, kinds: readonly ResourceKind[], options: InForceOptions): PolicySet {
  const { log } = options;
  try {
    return programOf(text, compileOptions(kinds, options));
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    log.error({ error: stack }, 'failed to load policies, which is a bug');
    return { program: undefined, diagnostics: [] };
  }
}

function compileOptions(
  kinds: readonly ResourceKind[],
  { kubernetes, namespace }: InForceOptions,
): CompileOptions {
  return {
    kinds,
    ...(kubernetes !== undefined && { kubernetes }),
    ...(namespace !== undefined && { namespace }),
  };
}

function logDiagnostics(log: Logger, diagnostics: readonly Diagnostic[]): void {
  for (const { severity, code, message, help, file, span } of diagnostics) {
    const line = span === undefined ? '' : `:${span.start.line}:${span.start.column}`;
    const place = file === undefined ? undefined : `${file}${line}`;
    log[severity === 'error' ? 'error' : 'warn']({ code, place, help }, message);
  }
}
