import { type KindTable, type PodCarrier, podCarriers, type RequestedKind } from '../kinds/index.ts';
import type { AdmissionInput, Operation } from '../model/index.ts';
import type { CompiledException } from './exceptions.ts';
import type { Criterion } from './match/criteria.ts';
import type { Exclusion, Reach } from './match/reach.ts';
import type { Candidate, CompiledPolicy } from './program.ts';
import type { ScreenGroup } from './screen-group.ts';
import type { BindingCandidate, CompiledBinding } from './setting.ts';

/** A policy and what it can concern at all. */
export interface Reaching {
  readonly policy: CompiledPolicy;
  readonly target: 'object' | 'pod';
  readonly reach: Reach;
  readonly exclude: Exclusion | undefined;
  readonly bindings: readonly CompiledBinding[];
  readonly exceptions: readonly CompiledException[];
}

/** Why a policy cannot concern changes of a kind and operation: what of it does not allow for them. */
export type Unreached = 'kinds' | 'operations' | 'exclude' | 'bindingRequired' | 'carriesNoPod';

/** A policy, what it can concern at all, and why a change is not of that; undefined where it is. */
export interface Considered extends Reaching {
  readonly requested: RequestedKind;
  readonly unreached: Unreached | undefined;
}

interface Entry {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly resourceGroup: string;
  readonly subresource: string;
  readonly operation: Operation;
  readonly candidates: readonly Candidate[];
}

/** A cluster has a few hundred kinds; whoever sends more invents them, and must not fill the memory. */
const mostEntries = 4096;

/**
 * Looks up which policies a change may concern. What a kind and operation leads to is worked out the first time
 * it is asked for and remembered, so that globs cost nothing after and kinds that appear later are found.
 */
export function candidateIndex(
  policies: readonly Reaching[],
  table: KindTable,
  groups: ReadonlyMap<CompiledPolicy, ScreenGroup>,
): (input: AdmissionInput) => readonly Candidate[] {
  const byKind = new Map<string, Entry[]>();
  let size = 0;
  return (input) => {
    const { kind, resource, subresource, operation } = input;
    let entries = byKind.get(kind.kind);
    if (entries === undefined || size >= mostEntries) {
      if (size >= mostEntries) {
        byKind.clear();
        size = 0;
      }
      entries = [];
      byKind.set(kind.kind, entries);
    }
    for (const entry of entries) {
      if (
        entry.operation === operation &&
        entry.version === kind.version &&
        entry.group === kind.group &&
        entry.subresource === subresource &&
        entry.resource === resource.resource &&
        entry.resourceGroup === resource.group
      ) {
        return entry.candidates;
      }
    }
    const requested = requestedKind(input, table);
    const candidates = policies
      .map((policy) => candidateFor(policy, requested, operation))
      .filter((candidate) => typeof candidate !== 'string')
      .map((candidate) => {
        const group = groups.get(candidate.policy);
        return group === undefined ? candidate : { ...candidate, group };
      });
    entries.push({
      group: kind.group,
      version: kind.version,
      resource: resource.resource,
      resourceGroup: resource.group,
      subresource,
      operation,
      candidates,
    });
    size++;
    return candidates;
  };
}

/** A subresource is known by what it belongs to, whatever kind of object it is sent with. */
export function requestedKind(
  { kind, resource, subresource }: Pick<AdmissionInput, 'kind' | 'resource' | 'subresource'>,
  table: KindTable,
): RequestedKind {
  if (subresource === '') return { ...kind, resource: resource.resource, subresource };
  const row = table.ofResource(resource.group, resource.resource);
  return { ...resource, kind: row?.kind, subresource };
}

/** Every policy, with why it cannot concern a change; by the same steps as the index, and remembered nowhere. */
export function consider(
  policies: readonly Reaching[],
  table: KindTable,
  input: AdmissionInput,
): readonly Considered[] {
  const requested = requestedKind(input, table);
  return policies.map((reaching) => {
    const candidate = candidateFor(reaching, requested, input.operation);
    return { ...reaching, requested, unreached: typeof candidate === 'string' ? candidate : undefined };
  });
}

function candidateFor(
  reaching: Reaching,
  requested: RequestedKind,
  operation: Operation,
): Candidate | Unreached {
  const { policy, target, reach } = reaching;
  if (!reach(requested, operation)) return reach.ofOperation(operation) ? 'kinds' : 'operations';
  const exclude = excluderOf(reaching.exclude, requested, operation);
  if (exclude === 'always') return 'exclude';
  const bindings = reaching.bindings.flatMap((binding) => bindingFor(binding, requested, operation));
  if (policy.bindingRequired && bindings.length === 0) return 'bindingRequired';
  const exceptions = reaching.exceptions.filter((exception) => exception.reach(requested, operation));
  const common = {
    policy,
    ...(exclude !== undefined && { exclude }),
    ...(bindings.length > 0 && { bindings }),
    ...(exceptions.length > 0 && { exceptions }),
  };
  if (target === 'object') return { ...common, derived: false };
  const carrier = operation === 'CONNECT' ? undefined : carrierOf(requested);
  return carrier === undefined
    ? 'carriesNoPod'
    : { ...common, podPath: carrier.path, derived: carrier.derived };
}

/** What is left to ask of an exclusion; undefined where it cannot hold. */
function excluderOf(
  exclude: Exclusion | undefined,
  requested: RequestedKind,
  operation: Operation,
): Criterion | 'always' | undefined {
  if (exclude?.reach(requested, operation) !== true) return undefined;
  return exclude.criterion ?? 'always';
}

function bindingFor(
  { reach, match, exclude, setting, assumed }: CompiledBinding,
  requested: RequestedKind,
  operation: Operation,
): BindingCandidate[] {
  if (!reach(requested, operation)) return [];
  const excluder = excluderOf(exclude, requested, operation);
  return excluder === 'always' ? [] : [{ setting, assumed, match, exclude: excluder }];
}

function carrierOf({ group, kind, subresource }: RequestedKind): PodCarrier | undefined {
  return podCarriers.find(
    (carrier) => carrier.kind === kind && carrier.group === group && carrier.subresource === subresource,
  );
}
