import type { Call, Expr, Select } from '../ast.ts';
import { isOptionalType } from '../type.ts';
import { isPlainName } from './certainty.ts';
import type { Emitter } from './emitter.ts';
import { ternary } from './logic.ts';
import { value } from './value.ts';

type Step = Select | Call;

/**
 * Whether cel-go treats the expression as an attribute: a variable, a chain of fields and indexes, a conditional.
 * A chain is one step of evaluation there and costs one, with one more for each field.
 */
export function isAttribute(emitter: Emitter, expr: Expr): boolean {
  if (emitter.constants.values[expr.id] !== undefined) return false;
  return expr.kind === 'ident' || expr.kind === 'select' || isIndex(expr) || isTernary(expr);
}

const isTernary = (expr: Expr): boolean => expr.kind === 'call' && expr.name === '_?_:_';
const isIndex = (expr: Expr): expr is Call =>
  expr.kind === 'call' && (expr.name === '_[_]' || expr.name === '_[?_]' || expr.name === '_?._');

/** Generates an attribute without the cost of reading it as a whole; tells whether it is rooted in a conditional. */
export function attribute(
  emitter: Emitter,
  expr: Expr,
): { readonly js: string; readonly json: boolean; readonly free: boolean } {
  const steps: Step[] = [];
  let root = expr;
  while (isStep(emitter, root)) {
    steps.push(root);
    root = root.kind === 'select' ? root.operand : (root.args[0] as Expr);
  }
  steps.reverse();
  const start = rootOf(emitter, root);
  if (steps.length === 0) return start;
  const chain = new Chain(emitter, root, start.js, start.json, steps);
  return { js: chain.generate(), json: chain.json, free: start.free };
}

/** Whether the node selects from its operand; a qualified name of a variable or type does not. */
function isStep(emitter: Emitter, expr: Expr): expr is Step {
  if (emitter.constants.values[expr.id] !== undefined) return false;
  if (expr.kind === 'select') return emitter.checked.references[expr.id] === undefined;
  return isIndex(expr);
}

function rootOf(emitter: Emitter, root: Expr): { js: string; json: boolean; free: boolean } {
  if (emitter.constants.values[root.id] === undefined) {
    if (isTernary(root)) return { js: ternary(emitter, root as Call), json: false, free: true };
    const reference = emitter.checked.references[root.id];
    if (reference?.kind === 'unknown') {
      return { js: unknown(emitter, root, reference.message), json: false, free: false };
    }
    if (reference?.kind === 'local') return { ...emitter.local(reference.name), free: false };
    if (reference?.kind === 'variable') {
      return {
        js: variable(emitter, root, reference.name),
        json: emitter.environment.json.has(reference.name),
        free: false,
      };
    }
  }
  const js = emitter.within(1, () => value(emitter, root));
  return { js, json: false, free: false };
}

/** What has no meaning, in an expression that was not checked. */
export function unknown(emitter: Emitter, expr: Expr, message: string): string {
  const held = emitter.temporary();
  const error = `fault(${JSON.stringify(message)},${expr.start},${expr.end})`;
  emitter.line(`${held}=undefined;if(${held}===undefined)${emitter.raise(error)}`);
  return held;
}

/** A root variable; one that the activation does not have is an error. */
function variable(emitter: Emitter, expr: Expr, name: string): string {
  const held = emitter.temporary();
  const key = JSON.stringify(name);
  const read = name in Object.prototype ? `(Object.hasOwn(a,${key})?a[${key}]:undefined)` : `a[${key}]`;
  emitter.line(`${held}=${read};`);
  const error = `fault(${JSON.stringify(`there is no value for \`${name}\``)},${expr.start},${expr.end})`;
  emitter.line(`if(${held}===undefined)${emitter.raise(error)}`);
  emitter.raiseIfError(held, expr);
  return held;
}

/** The steps of one chain. Once it has become optional, absence ends it without an error. */
class Chain {
  readonly #emitter: Emitter;
  readonly #steps: readonly Step[];
  readonly #root: Expr;
  readonly #label: string;
  #current: string;
  json: boolean;
  /** Whether the chain is optional: known, or held by a variable where only the value can tell. */
  #optional: boolean;
  #flag: string | undefined;
  readonly #result: string;

  constructor(emitter: Emitter, root: Expr, js: string, json: boolean, steps: readonly Step[]) {
    this.#emitter = emitter;
    this.#root = root;
    this.#steps = steps;
    this.#current = js;
    this.json = json;
    this.#label = emitter.label();
    this.#result = emitter.temporary();
    this.#optional = isOptionalType(emitter.typeOf(root));
  }

  /** Whether to look for a field where there can be none is an error: in the plain language, not in Kubernetes'. */
  get #absent(): string {
    return this.#emitter.environment.plain ? 'absentStrict' : 'absent';
  }

  generate(): string {
    const emitter = this.#emitter;
    const optional =
      this.#optional || this.#steps.some((step) => step.kind === 'call' && step.name !== '_[_]');
    const unsure =
      !this.#optional &&
      !this.json &&
      emitter.typeOf(this.#root).kind === 'dyn' &&
      this.#root.kind !== 'list';
    if (!optional && !unsure) {
      for (const step of this.#steps) this.#step(step);
      return this.#current;
    }
    emitter.block(`${this.#label}:`, () => {
      this.#unwrapRoot(unsure);
      for (const step of this.#steps) this.#step(step);
      const wrapped = `new OptionalValue(true,${this.#current})`;
      const last = this.#steps[this.#steps.length - 1] as Step;
      if (last.kind === 'select' && last.test) emitter.line(`${this.#result}=${this.#current};`);
      else if (this.#optional) emitter.line(`${this.#result}=${wrapped};`);
      else emitter.line(`${this.#result}=${this.#flag}?${wrapped}:${this.#current};`);
    });
    return this.#result;
  }

  /** A root that is an optional is looked into, and makes the chain one. */
  #unwrapRoot(unsure: boolean): void {
    const emitter = this.#emitter;
    const last = this.#steps[this.#steps.length - 1] as Step;
    const none = last.kind === 'select' && last.test ? 'false' : 'NONE';
    const absent = `{${this.#result}=${none};break ${this.#label};}`;
    const root = emitter.variable(this.#current);
    const inner = emitter.temporary();
    if (unsure) {
      this.#flag = emitter.temporary();
      emitter.line(`${this.#flag}=${root} instanceof OptionalValue;${inner}=${root};`);
      emitter.line(`if(${this.#flag}){if(!${root}.present)${absent}${inner}=${root}.value;}`);
      this.#current = inner;
    } else if (this.#optional) {
      emitter.line(`${inner}=${root};`);
      emitter.line(
        `if(${root} instanceof OptionalValue){if(!${root}.present)${absent}${inner}=${root}.value;}`,
      );
      this.#current = inner;
    }
  }

  #step(step: Step): void {
    if (step.kind === 'select') {
      this.#field(step, step.field, step.test);
      return;
    }
    const key = step.args[1] as Expr;
    if (step.name !== '_[_]') {
      this.#optional = true;
      this.#flag = undefined;
    }
    const constant = this.#emitter.constants.values[key.id];
    if (typeof constant === 'string') this.#field(step, constant, false);
    else this.#element(step, key);
  }

  #field(step: Step, name: string, test: boolean): void {
    const emitter = this.#emitter;
    const target = emitter.variable(this.#current);
    const held = emitter.temporary();
    const key = JSON.stringify(name);
    if (this.json && isPlainName(name)) {
      emitter.line(`${held}=${target}===null?undefined:${target}[${key}];`);
    } else {
      emitter.line(`${held}=field(${target},${key});`);
      emitter.raiseIfError(held, step);
    }
    if (test) {
      this.#test(step, target, held, key);
    } else {
      this.#present(step, target, held, key);
    }
    this.#current = held;
  }

  /** Turns what was read into whether it is there. */
  #test(step: Step, target: string, held: string, key: string): void {
    const emitter = this.#emitter;
    emitter.settle();
    emitter.line(
      `if(${held}!==undefined){${held}=true;c++;}else{${held}=${this.#absent}(${target},${key},${step.start},${step.end});`,
    );
    emitter.line(`if(${held}!==false){c++;throw ${held};}`);
    emitter.line(this.#optional ? '}' : this.#flag === undefined ? 'c++;}' : `if(!${this.#flag})c++;}`);
  }

  /** Goes on only where what was read is there. */
  #present(step: Step, target: string, held: string, key: string): void {
    const emitter = this.#emitter;
    const none = `{${this.#result}=${this.#noneOf()};break ${this.#label};}`;
    const span = `${step.start},${step.end}`;
    if (this.#optional) {
      emitter.settle();
      const error = emitter.temporary();
      emitter.line(
        `if(${held}===undefined){${error}=${this.#absent}(${target},${key},${span});if(${error}!==false)throw ${error};${none}}`,
      );
      emitter.cost(1);
      return;
    }
    if (this.#flag !== undefined) emitter.settle();
    emitter.cost(2);
    const raise = emitter.raise(`missing(${target},${key},${span})`);
    emitter.cost(-2);
    const gone = this.#flag === undefined ? raise : `{if(${this.#flag})${none}${raise}}`;
    emitter.line(`if(${held}===undefined)${gone}`);
    emitter.cost(1);
  }

  #noneOf(): string {
    const last = this.#steps[this.#steps.length - 1] as Step;
    return last.kind === 'select' && last.test ? 'false' : 'NONE';
  }

  #element(step: Call, key: Expr): void {
    const emitter = this.#emitter;
    const target = emitter.variable(this.#current);
    const index = emitter.hold(isAttribute(emitter, key) ? attribute(emitter, key).js : value(emitter, key));
    const held = emitter.temporary();
    const constant = emitter.constants.values[key.id];
    if (typeof constant === 'number' && Number.isInteger(constant) && constant >= 0) {
      emitter.line(`${held}=Array.isArray(${target})?${target}[${index}]:element(${target},${index});`);
    } else {
      emitter.line(`${held}=element(${target},${index});`);
    }
    emitter.raiseIfError(held, step);
    this.#present(step, target, held, index);
    this.#current = held;
  }
}
