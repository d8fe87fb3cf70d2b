import type { Logger } from 'pino';
import { formatPath } from '../../jsonpath/index.ts';
import type { Diagnostic } from '../../model/index.ts';
import { type ConsideredDocument, labelOf } from './documents.ts';

/** Logs what is wrong with policies, and where. */
export function logDiagnostics(log: Logger, diagnostics: readonly Diagnostic[]): void {
  for (const { severity, code, message, help, file, span, path } of diagnostics) {
    const line = span === undefined ? '' : `:${span.start.line}:${span.start.column}`;
    const at = path === undefined || path.length === 0 ? '' : ` ${formatPath(path)}`;
    const place = file === undefined ? undefined : `${file}${line}${at}`;
    log[severity === 'error' ? 'error' : 'warn']({ code, place, help }, message);
  }
}

/** Logs what is news about documents of the cluster: each is considered again whenever another one changes. */
export function logDocuments(
  log: Logger,
  before: readonly ConsideredDocument[],
  after: readonly ConsideredDocument[],
): void {
  const former = new Map(before.map((each) => [labelOf(each.document), stateOf(each)]));
  for (const each of after) {
    const label = labelOf(each.document);
    if (former.get(label) === stateOf(each)) continue;
    logDiagnostics(log, each.diagnostics);
    if (each.fate === 'former') log.warn({ document: label }, 'its last good state stays in force');
    if (each.fate === 'broken') log.warn({ document: label }, 'nothing of it is in force');
  }
}

function stateOf({ document, fate, diagnostics }: ConsideredDocument): string {
  return JSON.stringify([document.uid, document.generation, fate, diagnostics]);
}
