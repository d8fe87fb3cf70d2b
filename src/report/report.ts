import type { Decision, Diagnostic, DocumentSource, Finding, MutationResult, Span } from '../model/index.ts';

/** What one run of `check` found out. The order of everything in it is that of the input. */
export interface Report {
  /** The names of the policies that judged, sorted. */
  readonly policies: readonly string[];
  readonly objects: readonly JudgedObject[];
  /** Documents that no policy was asked about. */
  readonly skipped: Skipped;
  /** What was wrong with policies and manifests themselves. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface JudgedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for cluster-scoped objects and where it is not known. */
  readonly namespace: string;
  /** The name, or `generateName` followed by `*`. */
  readonly name: string;
  readonly source: DocumentSource;
  readonly decision: Decision;
  /** What was changed before it was judged; absent: nothing was, or would be. */
  readonly mutation?: MutationResult;
  /** Of the decision, in its order. */
  readonly findings: readonly PlacedFinding[];
}

export interface PlacedFinding {
  readonly finding: Finding;
  /** Of the value, or of the nearest one above it that is there; undefined where the object was never text. */
  readonly span: Span | undefined;
}

export interface Skipped {
  /** Abatis's own documents: policies are no objects to judge here. */
  readonly policies: number;
  /** Documents of a folder that have neither apiVersion nor kind. */
  readonly others: number;
}

export interface RenderOptions {
  readonly colour: boolean;
  /** Only what was found, no summary. */
  readonly quiet: boolean;
}

/** An output format. */
export interface Reporter {
  /** As `--output` takes it. */
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** The whole report as text that ends in a newline, or empty where there is nothing to say. */
  readonly render: (report: Report, options: RenderOptions) => string;
}

export interface Totals {
  /** Objects that at least one policy applied to. */
  readonly evaluated: number;
  readonly clean: number;
  /** Objects that mutations changed. */
  readonly amended: number;
  readonly deny: number;
  readonly warn: number;
  readonly audit: number;
  /** Evaluation errors. */
  readonly errors: number;
  /** Rules that ask what only the cluster knows. */
  readonly open: number;
}

/** The figures of a report. */
export function totals(report: Report): Totals {
  let [evaluated, clean, amended, deny, warn, audit, errors, open] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const { decision, mutation } of report.objects) {
    if (decision.evaluated.length > 0) evaluated++;
    if (mutation !== undefined && mutation.patch.length > 0) amended++;
    if (decision.evaluated.length > 0 && decision.findings.length === 0 && decision.errors.length === 0)
      clean++;
    for (const { unknown } of decision.errors) {
      if (unknown) open++;
      else errors++;
    }
    for (const { action } of decision.findings) {
      if (action === 'Deny') deny++;
      else if (action === 'Warn') warn++;
      else audit++;
    }
  }
  return { evaluated, clean, amended, deny, warn, audit, errors, open };
}
