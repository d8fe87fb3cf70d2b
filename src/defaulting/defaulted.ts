import type { AdmissionInput, GroupVersionKind, JsonObject, Operation } from '../model/index.ts';
import { definitionName } from '../openapi/index.ts';
import { deepFreeze, isObject, own, sameAs, withEntry, without } from './object.ts';
import { type Plan, planOf } from './plan.ts';
import type { Rules } from './rules.ts';
import { rulesOf } from './tables/index.ts';
import { walk } from './walk.ts';

/**
 * An object of a built-in kind as the API server hands it to validating admission: its defaults filled in, quantities
 * and times in their canonical form, null and unknown fields and what is empty left out or written out as Go does.
 * What depends on the cluster is not filled in: addresses, uids, times, what admission plugins add.
 *
 * The object is not changed, and what stays the same is shared. Keys are added at the end; no list changes its order
 * or length, so paths into the result are paths into the object where it has them.
 *
 * @param kind of the object; one that the table does not have is left alone
 * @param operation what an object is created with replaces a submitted status only where it is created
 */
export function defaulted(object: JsonObject, kind: GroupVersionKind, operation: Operation): JsonObject {
  const name = definitionName(kind.group, kind.version, kind.kind);
  if (name === undefined) return object;
  const plan = planOf(name);
  return operation === 'CREATE' ? created(plan, rulesOf(name), object) : walk(plan, object, 0);
}

/** What of a change is looked at here. */
type Change = Pick<AdmissionInput, 'kind' | 'operation' | 'object' | 'oldObject'>;

/** The same change, its objects as `defaulted` makes them. */
export function defaultedInput<T extends Change>(input: T): T {
  const object = input.object && defaulted(input.object, input.kind, input.operation);
  const oldObject = input.oldObject && defaulted(input.oldObject, input.kind, 'UPDATE');
  return object === input.object && oldObject === input.oldObject ? input : { ...input, object, oldObject };
}

/** What the API server sets itself when it creates an object. Source: apiserver rest.WipeObjectMetaSystemFields. */
const wiped = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'selfLink',
  'uid',
]);

function created(plan: Plan, rules: Rules, submitted: JsonObject): JsonObject {
  const metadata = own(submitted, 'metadata');
  const object = isObject(metadata) ? withEntry(submitted, 'metadata', without(metadata, wiped)) : submitted;
  const made = walk(plan, object, 0);
  const changed = rules.created === undefined ? made : rules.created(made);
  return rules.createdStatus === undefined ? changed : withStatus(changed, plan, rules);
}

function withStatus(object: JsonObject, plan: Plan, rules: Rules): JsonObject {
  const status = statusOf(object, plan, rules);
  return status === undefined || sameAs(status, own(object, 'status'))
    ? object
    : withEntry(object, 'status', status);
}

/** What is the same for all objects of a kind. */
const fixedStatuses = new WeakMap<Rules, unknown>();

function statusOf(object: JsonObject, plan: Plan, rules: Rules): unknown {
  const { createdStatus } = rules;
  const field = plan.fields.get('status');
  if (typeof createdStatus === 'function') return field?.normalise?.(createdStatus(object), 0);
  const known = fixedStatuses.get(rules);
  if (known !== undefined) return known;
  const isBlank = createdStatus === undefined || Object.keys(createdStatus).length === 0;
  const blank = isBlank ? plan.always.find(({ name }) => name === 'status')?.zero() : undefined;
  const made = blank ?? deepFreeze(field?.normalise?.(createdStatus, 0));
  fixedStatuses.set(rules, made);
  return made;
}
