import type { Bind, Call, Expr, ListExpr, MapExpr } from '../ast.ts';
import { forEachChild } from '../ast.ts';
import { attribute, isAttribute } from './attribute.ts';
import { call } from './call.ts';
import type { Emitter } from './emitter.ts';
import { alternative, logic } from './logic.ts';
import { loop } from './loop.ts';
import { message } from './message.ts';

/**
 * Generates an expression and counts its cost. What is returned is code for the value: a variable, a literal, or
 * something cheap without effects that is used at once.
 */
export function value(emitter: Emitter, expr: Expr): string {
  const js = generate(emitter, expr);
  if (!emitter.tracing) return js;
  const held = emitter.hold(js);
  emitter.line(`T(${expr.id},${held});`);
  return held;
}

function generate(emitter: Emitter, expr: Expr): string {
  const constant = emitter.constants.values[expr.id];
  if (constant !== undefined) return emitter.literal(constant);
  if (isAttribute(emitter, expr)) {
    const { js, free } = attribute(emitter, expr);
    const tests = expr.kind === 'select' && expr.test;
    if (!free && !tests) emitter.cost(1);
    return js;
  }
  switch (expr.kind) {
    case 'call':
      return operation(emitter, expr);
    case 'list':
      return list(emitter, expr);
    case 'map':
      return map(emitter, expr);
    case 'fold':
      return loop(emitter, expr);
    case 'bind':
      return bind(emitter, expr);
    case 'struct':
      return message(emitter, expr);
    default:
      throw new Error(`${expr.kind} is neither constant nor attribute`);
  }
}

function operation(emitter: Emitter, expr: Call): string {
  if (expr.name === '_&&_' || expr.name === '_||_') return logic(emitter, expr);
  if (
    expr.target !== undefined &&
    (expr.name === 'or' || expr.name === 'orValue') &&
    expr.args.length === 1
  ) {
    return alternative(emitter, expr);
  }
  return call(emitter, expr);
}

/** Whether the value is sure to hold nothing but what JSON.parse makes. */
export function isJson(emitter: Emitter, expr: Expr): boolean {
  const reference = emitter.checked.references[expr.id];
  if (reference?.kind === 'variable') return emitter.environment.json.has(reference.name);
  if (reference?.kind === 'local') return emitter.local(reference.name).json;
  if (expr.kind === 'select') return !expr.test && isJson(emitter, expr.operand);
  if (expr.kind === 'call' && expr.name === '_[_]') return isJson(emitter, expr.args[0] as Expr);
  return false;
}

function list(emitter: Emitter, expr: ListExpr): string {
  const held = emitter.temporary();
  if (expr.optional === undefined) {
    const parts = emitter.within(10, () =>
      expr.elements.map((element) => emitter.hold(value(emitter, element))),
    );
    emitter.line(`${held}=[${parts.join(',')}];`);
  } else {
    emitter.line(`${held}=[];`);
    for (const [i, element] of expr.elements.entries()) {
      const part = emitter.hold(value(emitter, element));
      if (expr.optional[i]) {
        mustBeOptional(emitter, element, part);
        emitter.line(`if(${part}.present)${held}.push(${part}.value);`);
      } else {
        emitter.line(`${held}.push(${part});`);
      }
    }
  }
  emitter.cost(10);
  return held;
}

function mustBeOptional(emitter: Emitter, expr: Expr, part: string): void {
  const error = `fault("this is no optional, so it cannot stand behind \`?\`",${expr.start},${expr.end},${part})`;
  emitter.line(`if(!(${part} instanceof OptionalValue))${emitter.raise(error)}`);
}

function map(emitter: Emitter, expr: MapExpr): string {
  const held = emitter.temporary();
  emitter.line(`${held}=new MapBuilder();`);
  for (const entry of expr.entries) {
    const key = emitter.hold(value(emitter, entry.key));
    const part = emitter.hold(value(emitter, entry.value));
    if (entry.optional) {
      mustBeOptional(emitter, entry.value, part);
      emitter.line(`if(${part}.present)${held}.set(${key},${part}.value);else ${held}.delete(${key});`);
    } else {
      emitter.line(`${held}.set(${key},${part});`);
    }
  }
  emitter.cost(30);
  return `${held}.finish()`;
}

/** A name for a value, which is worked out only if it is read. */
function bind(emitter: Emitter, expr: Bind): string {
  const held = emitter.temporary();
  if (reads(emitter, expr.body, expr.name)) emitter.line(`${held}=${value(emitter, expr.value)};`);
  emitter.push(expr.name, { js: held, json: false });
  const result = emitter.hold(value(emitter, expr.body));
  emitter.pop(1);
  return result;
}

function reads(emitter: Emitter, expr: Expr, name: string): boolean {
  const reference = emitter.checked.references[expr.id];
  if (reference?.kind === 'local' && reference.name === name) return true;
  let found = false;
  forEachChild(expr, (child) => {
    found ||= reads(emitter, child, name);
  });
  return found;
}
