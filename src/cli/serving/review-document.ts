import { isDeepStrictEqual } from 'node:util';
import { type CompileOptions, compile } from '../../compile/index.ts';
import { apiGroup, documentKinds } from '../../load/index.ts';
import type { AdmissionInput, Diagnostic, PolicySet } from '../../model/index.ts';
import type { ReviewDocument } from '../../webhook/index.ts';
import { labelOf, loadDocument } from './documents.ts';

const kinds: ReadonlySet<string> = new Set(Object.values(documentKinds).map(({ kind }) => kind));

/**
 * What is wrong with a document of ours that is about to be stored, beside what is in force. What concerns other
 * documents is a warning, for they may be on their way; so is everything where `spec` stays as it was, so that
 * nothing stands in the way of a finalizer.
 */
export function documentReview(set: () => PolicySet, options: () => CompileOptions): ReviewDocument {
  return (input) => {
    const { operation, kind, object, oldObject, subresource } = input;
    if (kind.group !== apiGroup || !kinds.has(kind.kind) || subresource !== '') return undefined;
    if ((operation !== 'CREATE' && operation !== 'UPDATE') || object === null) return undefined;
    const found = review(input, set(), options());
    return isDeepStrictEqual(object['spec'], oldObject?.['spec']) ? found.map(asWarning) : found;
  };
}

function review(
  { kind, namespace, name, object }: AdmissionInput,
  set: PolicySet,
  options: CompileOptions,
): readonly Diagnostic[] {
  const document = { kind: kind.kind, namespace, name, object: object ?? {} };
  const loaded = loadDocument(document);
  if (loaded.diagnostics.some(({ severity }) => severity === 'error')) return loaded.diagnostics;
  const { diagnostics } = compile(beside(loaded, set), options);
  const label = labelOf(document);
  return [
    ...loaded.diagnostics,
    ...diagnostics
      .filter(({ file }) => file === label)
      .map((each) => (isOfOthers(each) ? asWarning(each) : each)),
    ...diagnostics.filter(({ file, severity }) => file !== label && severity === 'error').map(asRemark),
  ];
}

/** A document with those that it is compiled with. */
function beside(loaded: Required<PolicySet>, { policies, bindings = [] }: PolicySet): PolicySet {
  const [policy] = loaded.policies;
  const [binding] = loaded.bindings;
  if (policy !== undefined) {
    return { policies: [policy], bindings: bindings.filter(({ spec }) => spec.policy === policy.name) };
  }
  if (binding !== undefined) {
    return { policies: policies.filter(({ name }) => name === binding.spec.policy), bindings: [binding] };
  }
  const [exception] = loaded.exceptions;
  const names = new Set(exception?.spec.policies.map((text) => text.split('/')[0]));
  return { policies: policies.filter(({ name }) => names.has(name)), exceptions: loaded.exceptions };
}

/** A policy that is not there may come after its binding. */
function isOfOthers({ code }: Diagnostic): boolean {
  return code === 'AB1401';
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning' };
}

/** What the document does to another one. */
function asRemark(diagnostic: Diagnostic): Diagnostic {
  const { path: _, ...rest } = diagnostic;
  return {
    ...rest,
    severity: 'warning',
    message: `\`${diagnostic.file}\` will not fit any more: ${diagnostic.message}`,
  };
}
