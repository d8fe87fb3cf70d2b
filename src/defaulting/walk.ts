import type { JsonObject } from '../model/index.ts';
import { isObject, type Making, withEntry, without } from './object.ts';
import type { FillPlan, Plan } from './plan.ts';

/** Far above what Kubernetes' types need; deeper than that everything stays as it is. */
const deepest = 200;

/**
 * An object as it is after the API server has read, filled and written it. The one given is not changed; what is the
 * same is shared, down to the object itself.
 */
export function walk(plan: Plan, submitted: JsonObject, depth: number): JsonObject {
  if (depth > deepest) return submitted;
  let object = plan.before === undefined ? submitted : plan.before(submitted);
  for (const { name, fills } of plan.within) object = filledWithin(object, name, fills);
  let made = filled(plan.fills, object, read(plan, object, depth));
  if (plan.after !== undefined) {
    const sofar = made ?? object;
    const changed = plan.after(sofar);
    if (changed !== sofar) {
      object = changed;
      made = undefined;
    }
  }
  for (const { name, zero } of plan.always) {
    if (Object.hasOwn(made ?? object, name)) continue;
    made ??= { ...object };
    made[name] = zero();
  }
  return made ?? object;
}

/**
 * Without what nobody knows and what is empty, everything below as it shall be; undefined where that is the object
 * itself.
 */
function read({ fields }: Plan, object: JsonObject, depth: number): Making | undefined {
  let made: Making | undefined;
  let dropped: Set<string> | undefined;
  for (const key of Object.keys(object)) {
    const value = object[key];
    const field = fields.get(key);
    if (field === undefined || (value === null && !field.takesNull)) {
      dropped ??= new Set();
      dropped.add(key);
      continue;
    }
    const next = field.normalise === undefined || value === null ? value : field.normalise(value, depth);
    if (field.omits && field.isEmpty(next)) {
      dropped ??= new Set();
      dropped.add(key);
    } else if (next !== value) {
      made ??= { ...object };
      made[key] = next;
    }
  }
  return dropped === undefined ? made : { ...without(made ?? object, dropped) };
}

/** With what is left out filled in; undefined where nothing has changed. */
function filled(
  fills: readonly FillPlan[],
  object: JsonObject,
  sofar: Making | undefined,
): Making | undefined {
  let made = sofar;
  for (const entry of fills) {
    const current = made ?? object;
    if (!isMissing(current, entry)) continue;
    const value = entry.compute === undefined ? entry.value : entry.compute(current);
    if (value === undefined) continue;
    made ??= { ...object };
    made[entry.name] = value;
  }
  return made;
}

function filledWithin(object: JsonObject, name: string, fills: readonly FillPlan[]): JsonObject {
  const inner = Object.hasOwn(object, name) ? object[name] : undefined;
  if (inner !== undefined && inner !== null && !isObject(inner)) return object;
  const made = filled(fills, inner ?? none, undefined);
  return made === undefined ? object : withEntry(object, name, made);
}

function isMissing(object: JsonObject, { name, isEmpty }: FillPlan): boolean {
  if (!Object.hasOwn(object, name)) return true;
  const value = object[name];
  return value === undefined || value === null || isEmpty(value);
}

const none: JsonObject = Object.freeze({});
