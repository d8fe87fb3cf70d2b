import { type CompileOptions, compile, type Program, vocabulary } from '../../compile/index.ts';
import { type Loaded, load } from '../../load/index.ts';
import type { Diagnostic } from '../../model/index.ts';
import { noPolicy, readPolicyFiles } from '../policies.ts';

/** A set of policies as it was read. */
export interface PolicyText {
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A program, or why there is none; in either case everything that is worth saying about the policies. */
export interface CompiledFiles {
  readonly program: Program | undefined;
  readonly set: Loaded;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads every policy file beneath the paths; none where policies come from somewhere else. */
export async function readPolicies(paths: readonly string[], mayBeEmpty: boolean): Promise<PolicyText> {
  return paths.length === 0 && mayBeEmpty ? { sources: [], diagnostics: [] } : readPolicyFiles(paths);
}

/** Whether nothing changed from one reading to another. */
export function isSame(before: PolicyText, after: PolicyText): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/**
 * Makes a program of policies. One error anywhere refuses the whole set: half of a set is not what anybody wrote.
 */
export function programOf(text: PolicyText, options: CompileOptions): CompiledFiles {
  const loaded = load(text.sources, vocabulary);
  const compiled = compile(loaded, options);
  const diagnostics = [...text.diagnostics, ...loaded.diagnostics, ...compiled.diagnostics];
  // A file that is being written is empty for a moment: no reason to let everything through.
  if (
    text.sources.length > 0 &&
    loaded.policies.length === 0 &&
    diagnostics.every(({ severity }) => severity !== 'error')
  ) {
    diagnostics.push(noPolicy(text.sources.map(({ file }) => file)));
  }
  const isBroken = diagnostics.some(({ severity }) => severity === 'error');
  return { program: compiled.ok && !isBroken ? compiled.program : undefined, set: loaded, diagnostics };
}

/** `6 policies: 1 denies, 4 warn, 1 audits` */
export function summary({ policies }: Program): string {
  const counts = [
    ['Deny', 'denies', 'deny'],
    ['Warn', 'warns', 'warn'],
    ['Audit', 'audits', 'audit'],
  ] as const;
  const parts = counts.flatMap(([action, one, many]) => {
    const count = policies.filter((policy) => policy.action === action).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  const count = `${policies.length} ${policies.length === 1 ? 'policy' : 'policies'}`;
  return parts.length === 0 ? count : `${count}: ${parts.join(', ')}`;
}
