import type { Call, Expr } from '../ast.ts';
import type { Reference } from '../check/checker.ts';
import { codePoints, traversal } from '../cost-size.ts';
import type { BoundOverload } from '../environment.ts';
import type { Type } from '../type.ts';
import { CelError, Double, isList, Uint, type Value } from '../value.ts';
import { unknown } from './attribute.ts';
import { isCertain, isPlainName } from './certainty.ts';
import type { Emitter } from './emitter.ts';
import * as runtime from './runtime.ts';
import { isJson, value } from './value.ts';

type FunctionReference = Extract<Reference, { kind: 'function' }>;

/** Generates a call of a function or operator that evaluates all its arguments. */
export function call(emitter: Emitter, expr: Call): string {
  const known = emitter.checked.references[expr.id];
  if (known?.kind === 'unknown') return unknown(emitter, expr, known.message);
  const reference = known as FunctionReference;
  const args = expr.target === undefined || reference.namespaced ? expr.args : [expr.target, ...expr.args];
  switch (reference.name) {
    case '_==_':
    case '_!=_':
      return equality(emitter, expr, args as [Expr, Expr], reference.name === '_!=_');
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
      return order(emitter, expr, args as [Expr, Expr], reference);
    case '@in':
      return membership(emitter, expr, args as [Expr, Expr], reference);
    case '!_':
      return not(emitter, expr, args[0] as Expr);
    case 'size':
      return size(emitter, expr, args[0] as Expr);
    case 'startsWith':
    case 'endsWith':
      return affix(emitter, expr, args as [Expr, Expr], reference);
    default:
      return folded(emitter, args, reference) ?? general(emitter, expr, args, reference);
  }
}

/** The two operands of a binary operation; the right is evaluated, and paid for, even where the left has failed. */
function operands(emitter: Emitter, left: Expr, right: Expr): readonly [string, string] {
  const a = emitter.within(1 + plainCost(emitter, right), () => emitter.hold(value(emitter, left)));
  const b = emitter.within(1, () => emitter.hold(value(emitter, right)));
  return [a, b];
}

/** What constants, variables, chains of fields and arithmetic on them cost; 0 of what only running it can tell. */
function plainCost(emitter: Emitter, expr: Expr): number {
  if (emitter.constants.values[expr.id] !== undefined) return 0;
  if (expr.kind === 'call' && expr.name in OPERATORS && emitter.typeOf(expr).kind === 'int') {
    return expr.args.reduce((cost, arg) => cost + plainCost(emitter, arg), 1);
  }
  let fields = 0;
  let root = expr;
  for (; root.kind === 'select' && emitter.checked.references[root.id] === undefined; root = root.operand) {
    fields++;
  }
  return root.kind === 'ident' || root.kind === 'select' ? fields + 1 : 0;
}

const isScalar = (value: Value | undefined): value is string | number | boolean | null =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isSafeInteger(value));

function equality(
  emitter: Emitter,
  expr: Call,
  [left, right]: readonly [Expr, Expr],
  negated: boolean,
): string {
  const [a, b] = operands(emitter, left, right);
  const known = [emitter.constants.values[right.id], emitter.constants.values[left.id]];
  const literal = known.find(isScalar);
  const other = isScalar(known[0]) ? a : b;
  const sign = negated ? '!==' : '===';
  const cost = `${negated ? 'inequalityCost' : 'equalityCost'}(${a},${b})`;
  emitter.settle();
  if (literal === undefined || typeof literal === 'number') {
    const held = emitter.temporary();
    const general = `${negated ? 'notEquals' : 'equals'}(${a},${b})`;
    if (literal === undefined) {
      emitter.line(`${held}=${general};c+=${cost};`);
    } else {
      emitter.line(
        `if(typeof ${other}==='number'){${held}=${a}${sign}${b};c++;}else{${held}=${general};c+=${cost};}`,
      );
    }
    if (!negated) emitter.raiseIfError(held, expr);
    return held;
  }
  const longest = typeof literal === 'string' ? codePoints(literal) : 1;
  if (literal === '') return compared();
  if (longest <= 10) {
    // The shorter of the two decides, so that only an empty one costs less than one.
    emitter.costOf(`${other}===""||typeof ${other}==='object'?${cost}:1`);
  } else {
    emitter.costOf(cost);
  }
  return compared();

  function compared(): string {
    // A library's value on the left cannot be compared with another type.
    if (other !== a || isJson(emitter, left) || negated) return `(${a}${sign}${b})`;
    const held = emitter.temporary();
    emitter.line(`${held}=${a}===${b};`);
    emitter.line(`if(!${held}&&typeof ${a}==='object'){${held}=equals(${a},${b});`);
    emitter.raiseIfError(held, expr);
    emitter.line('}');
    return held;
  }
}

/** Adds the cost of a call, which only a single overload can have other than 1. */
function countCost(
  emitter: Emitter,
  expr: Call,
  reference: FunctionReference,
  result: string,
  args: readonly string[],
): void {
  const [first] = reference.overloads;
  if (first === undefined) return;
  if (reference.overloads.length > 1) {
    const costs = reference.overloads.some(
      ({ overload, costNeedsOverload }) => overload.cost !== undefined && !costNeedsOverload,
    );
    if (costs)
      emitter.costOf(`dispatchCost(${overloadsOf(emitter, expr, reference)},${result},[${args.join(',')}])`);
    else emitter.cost(1);
  } else if (first.overload.cost === undefined) {
    emitter.cost(1);
  } else {
    emitter.costOf(`${emitter.constant(first.overload.cost)}(${[result, ...args].join(',')})`);
  }
}

function overloadsOf(emitter: Emitter, expr: Call, reference: FunctionReference): string {
  const known = emitter.environment.functions.get(reference.name);
  const all = expr.target === undefined || reference.namespaced ? known?.globals : known?.members;
  return emitter.constant(overloadLists(all ?? reference.overloads));
}

const lists = new WeakMap<readonly BoundOverload[], readonly BoundOverload['overload'][]>();
function overloadLists(bound: readonly BoundOverload[]): readonly BoundOverload['overload'][] {
  let list = lists.get(bound);
  if (list === undefined) {
    list = bound.map(({ overload }) => overload);
    lists.set(bound, list);
  }
  return list;
}

const ORDERS: Readonly<Record<string, string>> = { '_<_': '<', '_<=_': '<=', '_>_': '>', '_>=_': '>=' };

function order(
  emitter: Emitter,
  expr: Call,
  [left, right]: readonly [Expr, Expr],
  reference: FunctionReference,
): string {
  const [a, b] = operands(emitter, left, right);
  const held = emitter.temporary();
  const sign = ORDERS[reference.name];
  const constant = emitter.constants.values[right.id];
  countCost(emitter, expr, reference, 'null', [a, b]);
  if (typeof constant === 'number' && Number.isSafeInteger(constant)) {
    emitter.line(`if(typeof ${a}==='number'&&${a}===${a})${held}=${a}${sign}${b};else{`);
  } else {
    emitter.line('{');
  }
  emitter.line(`${held}=compared(${a},${b});`);
  emitter.raiseIfError(held, expr);
  emitter.line(`${held}=${held}${sign}0;}`);
  return held;
}

function membership(
  emitter: Emitter,
  expr: Call,
  [left, right]: readonly [Expr, Expr],
  reference: FunctionReference,
): string {
  const list = emitter.constants.values[right.id];
  const inList = reference.overloads.length === 1 && reference.overloads[0]?.overload.id === 'in_list';
  if (inList && list !== undefined && isList(list) && list.every(isSetElement)) {
    return inConstantSet(emitter, expr, emitter.hold(value(emitter, left)), list);
  }
  const [element, container] = operands(emitter, left, right);
  const held = emitter.temporary();
  const key = emitter.constants.values[left.id];
  if (typeof key === 'string' && isPlainName(key) && isJson(emitter, right)) {
    emitter.line(`${held}=${container}!==null&&${container}[${element}]!==undefined;`);
    emitter.line(`if(!${held}){${held}=contains(${element},${container});`);
    emitter.raiseIfError(held, expr);
    emitter.line('}');
  } else {
    emitter.line(`${held}=contains(${element},${container});`);
    emitter.raiseIfError(held, expr);
  }
  countCost(emitter, expr, reference, held, [element, container]);
  return held;
}

/** What cel-go makes a set of: scalars but bytes (interpreter/decorators.go `maybeOptimizeSetMembership`). */
const isSetElement = (element: Value): boolean =>
  (element !== null && typeof element !== 'object') || element instanceof Double || element instanceof Uint;

/** A list of constants is a set, and a look into it free of cost. */
function inConstantSet(emitter: Emitter, expr: Call, element: string, list: readonly Value[]): string {
  if (list.length === 0) return 'false';
  if (list.every((item) => typeof item === 'string')) {
    if (list.length <= 4)
      return `(${list.map((item) => `${element}===${emitter.literal(item)}`).join('||')})`;
    return `${emitter.constant(new Set(list))}.has(${element})`;
  }
  const held = emitter.temporary();
  emitter.line(`${held}=contains(${element},${emitter.constant(list)});`);
  emitter.raiseIfError(held, expr);
  return held;
}

function not(emitter: Emitter, expr: Call, operand: Expr): string {
  const held = emitter.within(1, () => emitter.hold(value(emitter, operand)));
  emitter.cost(1);
  if (!(emitter.typeOf(operand).kind === 'bool' && isCertain(emitter, operand))) {
    const error = `fault("no such overload",${expr.start},${expr.end},${held})`;
    emitter.line(`if(typeof ${held}!=='boolean')${emitter.raise(error)}`);
  }
  return `(!${held})`;
}

function size(emitter: Emitter, expr: Call, operand: Expr): string {
  const held = emitter.within(1, () => emitter.hold(value(emitter, operand)));
  const result = emitter.temporary();
  emitter.cost(1);
  emitter.line(`if(Array.isArray(${held}))${result}=${held}.length;else{${result}=size(${held});`);
  emitter.raiseIfError(result, expr);
  emitter.line('}');
  return result;
}

/** `startsWith` and `endsWith`. */
function affix(
  emitter: Emitter,
  expr: Call,
  [left, right]: readonly [Expr, Expr],
  reference: FunctionReference,
): string {
  const text = emitter.variable(value(emitter, left));
  const part = emitter.hold(value(emitter, right));
  guard(
    emitter,
    expr,
    reference.name,
    [left, right],
    [text, part],
    reference.overloads[0]?.overload.parameters ?? [],
  );
  emitter.settle();
  emitter.costOf(`${text}.length<11?(${text}===""?0:1):${emitter.constant(traversal)}(${text})`);
  return `${text}.${reference.name}(${part})`;
}

/** A call of a pure function on constants alone is made once; it costs the same as ever. */
function folded(emitter: Emitter, args: readonly Expr[], reference: FunctionReference): string | undefined {
  const [bound] = reference.overloads;
  if (
    bound === undefined ||
    reference.overloads.length > 1 ||
    args.length === 0 ||
    bound.declaration.pure === false
  ) {
    return undefined;
  }
  const values = args.map((arg) => emitter.constants.values[arg.id]);
  if (!values.every((known) => known !== undefined)) return undefined;
  const result = runtime.dispatch([bound.overload], reference.name, values);
  if (result instanceof CelError || isLarge(result)) return undefined;
  emitter.cost(bound.overload.cost === undefined ? 1 : bound.overload.cost(result, ...(values as never[])));
  if (emitter.tracing) for (const arg of args) value(emitter, arg);
  return emitter.literal(result);
}

/** Whether a result is too big to be kept with the program. */
const isLarge = (result: Value): boolean =>
  (typeof result === 'string' || isList(result)) && result.length > 1000;

const GUARDS: Readonly<Partial<Record<Type['kind'], (js: string) => string>>> = {
  string: (js) => `typeof ${js}!=='string'`,
  bool: (js) => `typeof ${js}!=='boolean'`,
};

/** Refuses arguments whose types do not fit the overload. */
function guard(
  emitter: Emitter,
  expr: Call,
  name: string,
  args: readonly Expr[],
  held: readonly string[],
  parameters: readonly Type[],
): void {
  for (const [i, type] of parameters.entries()) {
    const arg = args[i] as Expr;
    const js = held[i] as string;
    if (type.kind === 'parameter' || type.kind === 'dyn') continue;
    const sure = isCertain(emitter, arg) && emitter.typeOf(arg).kind === type.kind;
    if (sure && type.kind !== 'list' && type.kind !== 'map' && type.kind !== 'opaque') continue;
    const misfit = GUARDS[type.kind]?.(js) ?? `!fits(${emitter.constant(type)},${js})`;
    const error = `fault(${JSON.stringify(`no such overload: ${name}`)},${expr.start},${expr.end},${js})`;
    emitter.line(`if(${misfit})${emitter.raise(error)}`);
    if (type.kind === 'int') emitter.line(`noteNumber(${js});`);
  }
}

const OPERATORS: Readonly<Record<string, string>> = {
  '_+_': 'add',
  '_-_': 'subtract',
  '_*_': 'multiply',
  '_/_': 'divide',
  '_%_': 'modulo',
  '-_': 'negate',
};

function general(emitter: Emitter, expr: Call, args: readonly Expr[], reference: FunctionReference): string {
  const held: string[] =
    args.length === 2
      ? [...operands(emitter, args[0] as Expr, args[1] as Expr)]
      : emitter.within(1, () => args.map((arg) => emitter.hold(value(emitter, arg))));
  const result = emitter.temporary();
  const operator = OPERATORS[reference.name];
  const [bound] = reference.overloads;
  const prepared = emitter.constants.prepared[expr.id];
  if (operator !== undefined) {
    emitter.line(`${result}=${operator}(${held.join(',')});`);
  } else if (reference.overloads.length === 1 && bound?.overload.parameters.length !== args.length) {
    return unknown(emitter, expr, `no such overload: ${reference.name}`);
  } else if (bound !== undefined && (reference.overloads.length === 1 || prepared !== undefined)) {
    const text = prepared === undefined ? undefined : emitter.temporary();
    if (text !== undefined) {
      // cel-go's prepared calls take the Go value of their text, which of an optional is that of what is in it.
      emitter.line(`${text}=textOf(${held[0]});`);
      held[0] = text;
    }
    if (!bound.declaration.unguarded)
      guard(emitter, expr, reference.name, args, held, bound.overload.parameters);
    emitter.line(`${result}=${emitter.constant(prepared ?? bound.overload.call)}(${held.join(',')});`);
  } else {
    const overloads = overloadsOf(emitter, expr, reference);
    emitter.line(`${result}=dispatch(${overloads},${JSON.stringify(reference.name)},[${held.join(',')}]);`);
  }
  countCost(emitter, expr, reference, result, held);
  emitter.raiseIfError(result, expr);
  return result;
}
