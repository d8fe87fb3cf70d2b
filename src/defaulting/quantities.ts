import { Double } from '../json/index.ts';
import type { JsonObject } from '../model/index.ts';
import { canonical, parseQuantity, type Quantity, roundUp } from '../quantity/index.ts';
import { isObject, type Making, put } from './object.ts';

const milli = -3;

/** Reads a quantity as it stands in JSON: a text or a number. Undefined for what is none. */
export function readQuantity(value: unknown): Quantity | undefined {
  const text = quantityText(value);
  const quantity = text === undefined ? 'format' : parseQuantity(text);
  return typeof quantity === 'string' ? undefined : quantity;
}

/** A quantity in its canonical form; what is none stays as it is. */
export function normalQuantity(value: unknown): unknown {
  if (value === null) return '0';
  const quantity = readQuantity(value);
  return quantity === undefined ? value : canonical(quantity);
}

/** The amount of a resource: nothing is finer than a milli (SetDefaults_ResourceList). */
export function normalAmount(value: unknown): unknown {
  if (value === null) return '0';
  const known = typeof value === 'string' ? knownAmounts.get(value) : undefined;
  if (known !== undefined) return known;
  const quantity = readQuantity(value);
  if (quantity === undefined) return value;
  const amount = canonical(roundUp(quantity, milli));
  if (typeof value === 'string' && value.length <= longestKnown) remember(value, amount);
  return amount;
}

/** The same few amounts come again and again. */
const knownAmounts = new Map<string, string>();
const mostKnown = 1000;
const longestKnown = 16;

function remember(text: string, amount: string): void {
  if (knownAmounts.size >= mostKnown) knownAmounts.clear();
  knownAmounts.set(text, amount);
}

/** The amounts with those of `more` for which they have none; undefined where there are none at all. */
export function filledFrom(amounts: unknown, more: unknown): JsonObject | undefined {
  const known = isObject(amounts) ? amounts : undefined;
  if (!isObject(more)) return known;
  let made: Making | undefined;
  for (const name of Object.keys(more)) {
    if (known !== undefined && Object.hasOwn(known, name)) continue;
    made ??= { ...known };
    put(made, name, more[name]);
  }
  return made ?? known;
}

function quantityText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return value instanceof Double ? String(value.value) : undefined;
}
