import type { Expr } from '../ast.ts';
import type { Checked } from '../check/checker.ts';
import type { Environment } from '../environment.ts';
import type { Type } from '../type.ts';
import type { Value } from '../value.ts';
import type { Constants } from './constants.ts';

/** A variable of a macro in the generated code. */
export interface Local {
  readonly js: string;
  /** Whether it holds nothing but what JSON.parse makes. */
  readonly json: boolean;
}

/**
 * The code under construction: lines of JavaScript, temporaries, a pool of constants, and the cost of what has been
 * generated since it was last added up. All text in it is the generator's own; names and literals of users are only
 * ever JSON-encoded strings.
 */
export class Emitter {
  readonly environment: Environment;
  readonly checked: Checked;
  readonly constants: Constants;
  readonly tracing: boolean;
  readonly pool: unknown[] = [];
  readonly #lines: string[] = [];
  readonly #poolNames = new Map<unknown, string>();
  readonly #scope: { readonly name: string; readonly local: Local }[] = [];
  #temporaries = 0;
  #labels = 0;
  #pending = 0;
  #surcharge = 0;

  constructor(environment: Environment, checked: Checked, constants: Constants, tracing: boolean) {
    this.environment = environment;
    this.checked = checked;
    this.constants = constants;
    this.tracing = tracing;
  }

  line(code: string): void {
    this.#lines.push(code);
  }

  /** A fresh variable. */
  temporary(): string {
    return `t${this.#temporaries++}`;
  }

  /** A fresh variable holding `code`; what is an atom already stays as it is. */
  hold(code: string): string {
    if (/^\w+$|^\([-+.\de]+\)$|^"(?:[^"\\]|\\.)*"$/.test(code)) return code;
    const name = this.temporary();
    this.line(`${name}=${code};`);
    return name;
  }

  /** A variable holding `code`, for what is done with it that a literal does not take. */
  variable(code: string): string {
    if (/^[tk]\d+$/.test(code)) return code;
    const name = this.temporary();
    this.line(`${name}=${code};`);
    return name;
  }

  label(): string {
    return `L${this.#labels++}`;
  }

  /** A constant from outside the code. */
  constant(value: unknown): string {
    const known = this.#poolNames.get(value);
    if (known !== undefined) return known;
    const name = `k${this.pool.length}`;
    this.pool.push(value);
    this.#poolNames.set(value, name);
    return name;
  }

  /** A value as code: written out where it can be, else from the pool. */
  literal(value: Value): string {
    if (value === null || typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'number' && Number.isFinite(value)) return `(${value})`;
    return this.constant(value);
  }

  /** Adds to the cost of what is being generated. */
  cost(amount: number): void {
    this.#pending += amount;
  }

  /** Adds a cost that is only known when the code runs. */
  costOf(code: string): void {
    this.line(`c+=${code};`);
  }

  /** Brings the counted cost up to date; done before every branch and at the end of each. */
  settle(): void {
    if (this.#pending > 0) this.line(`c+=${this.#pending};`);
    this.#pending = 0;
  }

  /** Code that raises `error` with the cost up to here, and what the operations around it cost all the same. */
  raise(error: string): string {
    const cost = this.#pending + this.#surcharge;
    return cost > 0 ? `{c+=${cost};throw ${error};}` : `throw ${error};`;
  }

  /**
   * Generates the operands of an operation. cel-go counts an operation whose operand failed as if it had been done,
   * which tells where the error is then absorbed.
   */
  within<T>(surcharge: number, operands: () => T): T {
    this.#surcharge += surcharge;
    const result = operands();
    this.#surcharge -= surcharge;
    return result;
  }

  /** Generates what absorbs the errors of its operands, so that nothing around it is charged. */
  absorbing<T>(operands: () => T): T {
    const outer = this.#surcharge;
    this.#surcharge = 0;
    const result = operands();
    this.#surcharge = outer;
    return result;
  }

  /** Raises what `name` holds if it is an error, with the span of `expr`. */
  raiseIfError(name: string, expr: Expr): void {
    this.line(`if(${name} instanceof CelError)${this.raise(`at(${name},${expr.start},${expr.end})`)}`);
  }

  /** Code in braces, whose cost is settled at its end. */
  block(head: string, body: () => void, tail = ''): void {
    this.settle();
    this.line(`${head}{`);
    body();
    this.settle();
    this.line(`}${tail}`);
  }

  typeOf(expr: Expr): Type {
    return this.checked.types[expr.id] as Type;
  }

  push(name: string, local: Local): void {
    this.#scope.push({ name, local });
  }

  pop(count: number): void {
    this.#scope.length -= count;
  }

  local(name: string): Local {
    for (let i = this.#scope.length - 1; i >= 0; i--) {
      const entry = this.#scope[i];
      if (entry?.name === name) return entry.local;
    }
    throw new Error(`no variable ${name} in scope`);
  }

  /** The whole: a function of an activation, a budget and a tracer. `result` is code for what it returns. */
  finish(result: string): string {
    const temporaries = Array.from({ length: this.#temporaries }, (_, i) => `t${i}`);
    return [
      `return (a,b,T)=>{let c=0${temporaries.map((name) => `,${name}`).join('')};const L=b.allowance;try{`,
      ...this.#lines,
      `b.spend(c);if(c>L)return exhausted(0,0);if(takeImprecise())b.imprecise=true;return ${result};`,
      '}catch(z){b.spend(c);if(takeImprecise())b.imprecise=true;return outcome(z);}};',
    ].join('\n');
  }
}
