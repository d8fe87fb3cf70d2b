import { Budget, CelError, compile as compileCel, DYN, environment, REQUEST } from '../../src/cel/index.ts';
import { compile, type Program, requestObject, vocabulary } from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';
import type { AdmissionInput, JsonObject, PolicySet, ResourceKind } from '../../src/model/index.ts';
import {
  type PlannedWebhook,
  planRegistration,
  type RegistrationPlan,
} from '../../src/registration/index.ts';

export interface Planned {
  readonly set: PolicySet;
  readonly program: Program;
  readonly plan: RegistrationPlan;
}

export const ownResources = ['policies', 'policybindings', 'policyexceptions'];

/** Documents, as their authors write them, and what is asked for their sake. */
export function planned(
  documents: readonly string[],
  {
    kinds = [],
    isStored = true,
  }: { readonly kinds?: readonly ResourceKind[]; readonly isStored?: boolean } = {},
): Planned {
  const sources = documents.map((text, index) => ({ file: `${index}.yaml`, text }));
  const { diagnostics, ...set } = load(sources, vocabulary);
  const compiled = compile(set, { kinds });
  const problems = [...diagnostics, ...compiled.diagnostics].filter(({ severity }) => severity === 'error');
  if (!compiled.ok || problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));
  const plan = planRegistration(set, {
    kinds: compiled.program.kinds,
    ownNamespace: 'abatis-system',
    ownGroup: 'abatis.dev',
    ownResources: isStored ? ownResources : [],
  });
  return { set, program: compiled.program, plan };
}

const cel = environment({
  variables: { request: REQUEST, object: DYN, oldObject: DYN },
  json: ['request', 'object', 'oldObject'],
});
const compiledConditions = new Map<string, ReturnType<typeof compileCel>>();

/**
 * Which of these webhooks the API server calls for a change, by name; `refused` where a condition of one that fails
 * closed cannot be worked out.
 * Sources: apiserver pkg/admission/plugin/webhook/predicates/rules/rules.go and predicates/namespace/matcher.go.
 */
export function asked(webhooks: readonly PlannedWebhook[], input: AdmissionInput): readonly string[] {
  return webhooks.flatMap((webhook) => {
    if (!webhook.rules.some((rule) => isInRule(rule, input)) || !isInNamespaces(webhook, input)) return [];
    const results = webhook.matchConditions.map(({ expression }) => evaluate(expression, input));
    if (results.includes(false)) return [];
    if (!results.includes('error')) return [webhook.name];
    return webhook.failurePolicy === 'Fail' ? ['refused'] : [];
  });
}

function isInRule(rule: PlannedWebhook['rules'][number], input: AdmissionInput): boolean {
  const { resource, subresource, operation } = input;
  const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);
  const isClusterWide = input.namespace === '';
  return (
    has(rule.operations, operation) &&
    has(rule.apiGroups, resource.group) &&
    has(rule.apiVersions, resource.version) &&
    (rule.scope === '*' || (rule.scope === 'Cluster') === isClusterWide) &&
    rule.resources.some((pattern) => {
      const [base, sub = ''] = pattern.split('/');
      return (
        (base === '*' || base === resource.resource) &&
        (sub === '*' && pattern === '*/*' ? true : isSub(sub, subresource))
      );
    })
  );
}

function isSub(pattern: string, subresource: string): boolean {
  return pattern === '*' ? subresource !== '' : pattern === subresource;
}

function isInNamespaces({ namespaces }: PlannedWebhook, input: AdmissionInput): boolean {
  const isNamespace = isOfNamespaces(input);
  if (input.namespace === '' && !isNamespace) return true;
  // A name that is yet to be made up is on no label yet.
  const label = isNamespace ? (input.name === '' ? undefined : input.name) : input.namespace;
  const { only, not } = namespaces;
  return (
    (only === undefined || (label !== undefined && only.includes(label))) &&
    !(label !== undefined && not.includes(label))
  );
}

function isOfNamespaces({ resource }: AdmissionInput): boolean {
  return resource.group === '' && resource.resource === 'namespaces';
}

function evaluate(expression: string, input: AdmissionInput): boolean | 'error' {
  const compiled = compiledConditions.get(expression) ?? compileCel(expression, cel);
  compiledConditions.set(expression, compiled);
  if (!compiled.ok)
    throw new Error(`${expression}: ${compiled.problems.map(({ message }) => message).join('; ')}`);
  const namespace = isOfNamespaces(input) ? input.name : input.namespace;
  const request = requestObject({ ...input, namespace });
  const result = compiled.program.evaluate(
    {
      request,
      object: input.object,
      oldObject: input.oldObject,
    } as never,
    new Budget(),
  );
  return result instanceof CelError ? 'error' : result === true;
}

/** A change of a resource, with the least object that it takes. */
export function change(
  [group, version, kind, resource, namespaced]: readonly [string, string, string, string, boolean],
  more: Partial<AdmissionInput> & { readonly metadata?: JsonObject } = {},
): AdmissionInput {
  const { metadata, ...rest } = more;
  const namespace = namespaced ? (more.namespace ?? 'shop') : '';
  const name = more.name ?? 'x';
  const template = { metadata: {}, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const object: JsonObject = {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: {
      ...(name === '' ? { generateName: 'x-' } : { name }),
      ...(namespaced && { namespace }),
      ...metadata,
    },
    spec: { ...template.spec, template, jobTemplate: { spec: { template } } },
    template,
  };
  const operation = more.operation ?? 'CREATE';
  return {
    subresource: '',
    kind: { group, version, kind },
    resource: { group, version, resource },
    namespaced,
    object: operation === 'DELETE' ? null : object,
    oldObject: operation === 'CREATE' || operation === 'CONNECT' ? null : object,
    userInfo: { username: 'jo', groups: [] },
    namespaceObject: namespaced ? { metadata: { name: namespace } } : null,
    dryRun: false,
    ...rest,
    operation,
    namespace,
    name,
  };
}
