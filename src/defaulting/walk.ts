import type { JsonObject } from '../model/index.ts';
import { isObject, type Making, put, withEntry } from './object.ts';
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
  const made = fill(plan, read(plan, object, depth));
  const converted = plan.after === undefined ? made : plan.after(made);
  return complete(plan, converted);
}

/** Without what nobody knows and what is empty, everything below as it shall be. */
function read({ fields }: Plan, object: JsonObject, depth: number): JsonObject {
  const keys = Object.keys(object);
  let made: Making | undefined;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const value = object[key];
    const field = fields.get(key);
    let next: unknown;
    if (field === undefined || (value === null && !field.takesNull)) next = undefined;
    else {
      next = field.normalise === undefined || value === null ? value : field.normalise(value, depth);
      if (field.omits && field.isEmpty(next)) next = undefined;
    }
    if (made === undefined) {
      if (next === value) continue;
      made = {};
      for (let before = 0; before < index; before++) {
        const earlier = keys[before] as string;
        made[earlier] = object[earlier];
      }
    }
    if (next !== undefined) made[key] = next;
  }
  return made ?? object;
}

function fill({ fills }: Plan, object: JsonObject): JsonObject {
  let made: Making | undefined;
  for (let index = 0; index < fills.length; index++) {
    const entry = fills[index] as FillPlan;
    const sofar = made ?? object;
    if (!isMissing(sofar, entry)) continue;
    const value = entry.compute === undefined ? entry.value : entry.compute(sofar);
    if (value === undefined) continue;
    made ??= { ...object };
    made[entry.name] = value;
  }
  return made ?? object;
}

function filledWithin(object: JsonObject, name: string, fills: readonly FillPlan[]): JsonObject {
  const inner = Object.hasOwn(object, name) ? object[name] : undefined;
  if (inner !== undefined && inner !== null && !isObject(inner)) return object;
  let made: Making | undefined;
  const start = inner ?? {};
  for (const entry of fills) {
    const sofar = made ?? start;
    if (!isMissing(sofar, entry)) continue;
    const value = entry.compute === undefined ? entry.value : entry.compute(sofar);
    if (value === undefined) continue;
    made ??= { ...start };
    put(made, entry.name, value);
  }
  return made === undefined ? object : withEntry(object, name, made);
}

function isMissing(object: JsonObject, { name, isEmpty }: FillPlan): boolean {
  if (!Object.hasOwn(object, name)) return true;
  const value = object[name];
  return value === undefined || value === null || isEmpty(value);
}

function complete({ always }: Plan, object: JsonObject): JsonObject {
  let made: Making | undefined;
  for (const { name, zero } of always) {
    if (Object.hasOwn(made ?? object, name)) continue;
    made ??= { ...object };
    made[name] = zero();
  }
  return made ?? object;
}
