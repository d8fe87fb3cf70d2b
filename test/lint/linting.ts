import { vocabulary } from '../../src/compile/index.ts';
import { lint } from '../../src/lint/index.ts';
import { load } from '../../src/load/index.ts';
import { customKinds } from '../../src/manifest/index.ts';
import type { Diagnostic } from '../../src/model/index.ts';
import { policyText } from '../engine/world.ts';

export type LintOptions = NonNullable<Parameters<typeof lint>[1]>;

/** What is said of documents: what `load` has, and what `lint` has. */
export function diagnosticsOf(text: string, options: LintOptions = {}): readonly Diagnostic[] {
  const loaded = load([{ file: 'p.yaml', text }], vocabulary);
  return [...loaded.diagnostics, ...lint(loaded, options)];
}

/** The same, each as its code and the text that it is about, quotes left aside: "AB1612 x". */
export function said(text: string, options: LintOptions = {}): readonly string[] {
  return diagnosticsOf(text, options).map((diagnostic) => {
    const marked = markedIn(text, diagnostic);
    return marked === undefined ? diagnostic.code : `${diagnostic.code} ${marked}`;
  });
}

/** The text that a diagnostic is about. */
export function markedIn(text: string, { span }: Diagnostic): string | undefined {
  if (span === undefined) return undefined;
  const marked = text.slice(span.start.offset, span.end.offset).trim();
  return marked.replace(/^(["'])(.*)\1$/s, '$2');
}

/** What is said of a policy of which the spec is given, two spaces deep. */
export function saidOf(spec: string, options: LintOptions = {}): readonly string[] {
  return said(policyText(spec), options);
}

/** The spec of a policy about one kind, with one rule of which nothing is to be said but what its check deserves. */
export function about(kind: string, check: string): string {
  return `  match: {kinds: [${kind}]}\n${rules(check)}`;
}

/** Rules with words: each given as what it has beside them, a line for each field. */
export function rules(...checks: readonly string[]): string {
  return `  rules:\n${checks
    .map((check, index) => {
      const fields = [`name: r${index}`, 'message: it is wrong', 'help: put it right', ...check.split('\n')];
      return `    - ${fields.join('\n      ')}`;
    })
    .join('\n')}`;
}

/** The row of the table of kinds that a CustomResourceDefinition brings. */
export const widgets = customKinds([
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  },
]);
