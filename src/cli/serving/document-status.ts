import { isDeepStrictEqual } from 'node:util';
import { formatPath } from '../../jsonpath/index.ts';
import type { Diagnostic, JsonObject } from '../../model/index.ts';
import { actions } from '../../model/index.ts';
import type { ConsideredDocument } from './documents.ts';

/** meta/v1 Condition, but for the time. */
interface Condition {
  readonly type: 'Accepted' | 'Ready';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

const ownConditions: readonly Condition['type'][] = ['Accepted', 'Ready'];
const ownFields = ['observedGeneration', 'action', 'rules', 'mutations'];

/** Kubernetes' limit of a condition's message. */
const longestMessage = 32_768;

/** Diagnostics that a message spells out. */
const mostDiagnostics = 20;

/**
 * The `status` of a document as it should be; undefined where it is like that already.
 * @param live the object as the cluster has it now
 * @param now RFC 3339, in seconds
 */
export function statusOf(
  considered: ConsideredDocument,
  live: JsonObject,
  now: string,
): JsonObject | undefined {
  const { document } = considered;
  const before = mappingOf(live['status']);
  const known = Array.isArray(before['conditions']) ? before['conditions'].map(mappingOf) : [];
  const conditions = conditionsOf(considered, now).map((condition) => {
    const former = known.find(({ type }) => type === condition.type);
    const isSame =
      former?.['status'] === condition.status && typeof former['lastTransitionTime'] === 'string';
    const lastTransitionTime = isSame ? former['lastTransitionTime'] : now;
    return { ...condition, observedGeneration: document.generation, lastTransitionTime };
  });
  const status = { observedGeneration: document.generation, ...countsOf(considered), conditions };
  return isDeepStrictEqual(ours(before), ours(status)) ? undefined : status;
}

function conditionsOf(
  { fate, diagnostics, inForce, isError }: ConsideredDocument,
  now: string,
): readonly Condition[] {
  const isAccepted = fate === 'accepted';
  const accepted: Condition = {
    type: 'Accepted',
    status: isAccepted ? 'True' : 'False',
    reason: isAccepted ? 'Valid' : fate === 'hidden' ? 'NameTaken' : 'Invalid',
    message: sentences(
      diagnostics,
      isAccepted ? 'the document is without fault' : 'the document is at fault',
    ),
  };
  const error = [
    'False',
    'Error',
    'nothing of it is in force, and whatever it is about is an error of it',
  ] as const;
  const nothing = ['False', 'NotInForce', 'nothing of it is in force'] as const;
  const ready = {
    accepted: ['True', 'InForce', 'it is in force'],
    former: ['True', 'FormerInForce', `generation ${inForce?.generation} is in force`],
    broken: isError ? error : nothing,
    hidden: ['False', 'NotInForce', 'a file is in force instead'],
  } as const;
  const expired = expiryOf(inForce, now);
  const [status, reason, message] =
    expired === undefined ? ready[fate] : (['False', 'Expired', `it held until ${expired}`] as const);
  return [accepted, { type: 'Ready', status, reason, message }];
}

/** When what is in force of an exception ended; undefined where it has not. */
function expiryOf(inForce: ConsideredDocument['inForce'], now: string): string | undefined {
  if (inForce === undefined || !('spec' in inForce.entry) || !('expires' in inForce.entry.spec))
    return undefined;
  const { expires } = inForce.entry.spec;
  return expires !== undefined && Date.parse(expires) <= Date.parse(now) ? expires : undefined;
}

/** What is in force of a policy, in numbers. */
function countsOf({ inForce }: ConsideredDocument): JsonObject {
  if (inForce === undefined || !('spec' in inForce.entry) || !('rules' in inForce.entry.spec)) return {};
  const { rules, mutations, enforcement } = inForce.entry.spec;
  const strictest = actions.findLast((action) => enforcement.some((entry) => entry.action === action));
  return {
    action: strictest ?? 'Audit',
    rules: rules.length,
    ...(mutations !== undefined && mutations.length > 0 && { mutations: mutations.length }),
  };
}

function sentences(diagnostics: readonly Diagnostic[], otherwise: string): string {
  if (diagnostics.length === 0) return otherwise;
  const lines = diagnostics.slice(0, mostDiagnostics).map(({ code, message, help, path = [] }) => {
    const place = path.length === 0 ? '' : ` (${formatPath(path)})`;
    return `${code}: ${message}${place}${help === undefined ? '' : `; ${help}`}`;
  });
  const more = diagnostics.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n').slice(0, longestMessage);
}

function mappingOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** What of a status is ours to say; conditions may have others beside them, in whatever order. */
function ours(status: JsonObject): readonly unknown[] {
  const conditions = Array.isArray(status['conditions']) ? status['conditions'].map(mappingOf) : [];
  return [
    ...ownFields.map((field) => status[field]),
    ...ownConditions.map((type) => conditions.find((condition) => condition['type'] === type)),
  ];
}
