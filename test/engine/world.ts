import { type CompileOptions, compile, type Program, vocabulary } from '../../src/compile/index.ts';
import { evaluate } from '../../src/engine/index.ts';
import { guessResource, kindTable } from '../../src/kinds/index.ts';
import { load } from '../../src/load/index.ts';
import type { AdmissionInput, Decision, JsonObject, Operation, UserInfo } from '../../src/model/index.ts';

/** The program of policies written as their authors write them; anything wrong with them fails the test. */
export function programOf(text: string, options: CompileOptions = {}): Program {
  const { diagnostics, ...set } = load([{ file: 'policy.yaml', text }], vocabulary);
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics, null, 2));
  const compiled = compile(set, options);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics, null, 2));
  return compiled.program;
}

/** One policy from what stands beneath `spec`, two spaces deep. */
export function policyText(spec: string, name = 'p'): string {
  return `apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: ${name}}\nspec:\n${spec}\n`;
}

export interface Request {
  readonly operation?: Operation;
  readonly object?: JsonObject | null;
  readonly oldObject?: JsonObject | null;
  readonly subresource?: string;
  /** Of the resource, where it is not that of the object (subresources). */
  readonly resourceKind?: { readonly group: string; readonly kind: string };
  readonly name?: string;
  readonly user?: UserInfo;
  readonly namespaceLabels?: Record<string, string>;
}

const table = kindTable();

/** What the API server would ask about an object. */
export function inputOf(request: Request): AdmissionInput {
  const { operation = 'CREATE', object = null, oldObject = null, subresource = '' } = request;
  const subject = object ?? oldObject ?? {};
  const [version = '', group = ''] = String(subject['apiVersion'] ?? 'v1')
    .split('/')
    .reverse();
  const kind = String(subject['kind']);
  const of = request.resourceKind ?? { group, kind };
  const row = table.ofKind(of.group, of.kind);
  const metadata = (subject['metadata'] ?? {}) as JsonObject;
  const namespaced = row?.namespaced ?? metadata['namespace'] !== undefined;
  const namespace = namespaced ? String(metadata['namespace'] ?? 'default') : '';
  return {
    operation,
    kind: { group, version, kind },
    resource: { group: of.group, version, resource: row?.resource ?? guessResource(of.kind) },
    subresource,
    name: request.name ?? String(metadata['name'] ?? ''),
    namespace,
    namespaced,
    object,
    oldObject,
    userInfo: request.user,
    namespaceObject:
      request.namespaceLabels === undefined
        ? undefined
        : { metadata: { name: namespace, labels: request.namespaceLabels } },
    dryRun: false,
  };
}

export function judge(program: Program, request: Request): Decision {
  return evaluate(program, inputOf(request), Date.UTC(2026, 10, 21));
}

/** A decision in a word a finding: `Deny policy/rule path`, with `?` behind what was assumed. */
export function summary(decision: Decision): readonly string[] {
  return decision.findings.map((finding) => {
    const path = finding.path.reduce<string>(
      (text, segment) =>
        typeof segment === 'number' ? `${text}[${segment}]` : text === '' ? segment : `${text}.${segment}`,
      '',
    );
    return `${finding.action} ${finding.policy}/${finding.rule} ${path}${finding.assumed ? ' ?' : ''}`;
  });
}
