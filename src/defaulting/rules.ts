import type { JsonObject } from '../model/index.ts';

/** What goes into a field that is left out: a value, or what the object around it makes of it. */
export type Fill = string | number | boolean | JsonObject | readonly unknown[] | Computed;

/** Undefined: the field stays out. The object is as far as it has come: nobody may change it, and it may hold anything. */
export type Computed = (object: JsonObject) => unknown;

export type Fills = Readonly<Record<string, Fill>>;

/** The object as it shall be; itself where nothing is to be changed. */
export type Change = (object: JsonObject) => JsonObject;

/**
 * What the API server does to objects of a definition, beyond what OpenAPI and the forms of the fields say. In this
 * order: `before`, `within`, what is below it, `fields`, `after`.
 */
export interface Rules {
  /** By the name of the field. A field counts as left out where it is empty and its form is not `kept`. */
  readonly fields?: Fills;
  /** Fills for the object in a field, where that is not so of all objects of its definition. */
  readonly within?: Readonly<Record<string, Fills>>;
  /** Of what is below or depends on it. The object is as it was submitted. */
  readonly before?: Change;
  /** What the way through the internal version does to it. */
  readonly after?: Change;
  /** Of a kind: the status that it is created with, whatever was submitted. Absent: the submitted one stays. */
  readonly createdStatus?: JsonObject | Computed;
  /** Of a kind: what else is made of it when it is created. */
  readonly created?: Change;
}

/** By the name of the definition. */
export type RuleTable = Readonly<Record<string, Rules>>;
