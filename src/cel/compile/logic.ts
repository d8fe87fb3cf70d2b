import type { Call, Expr } from '../ast.ts';
import { attribute, isAttribute } from './attribute.ts';
import { isCertainBool, mayFail } from './certainty.ts';
import type { Emitter } from './emitter.ts';
import { value } from './value.ts';

const notBool = (expr: Expr): string => `fault("no such overload",${expr.start},${expr.end},`;

/**
 * `&&` and `||` of any number of terms. A term that decides ends them; an error waits for a later term to decide,
 * and is raised if none does (interpreter/interpretable.go `evalAnd`, `evalOr`).
 */
export function logic(emitter: Emitter, call: Call): string {
  const decided = call.name === '_||_';
  const result = emitter.temporary();
  const label = emitter.label();
  const last = call.args.length - 1;
  const fails = call.args.map((term) => mayFail(emitter, term) || !isCertainBool(emitter, term));
  const recovers = fails.some((fail, i) => fail && i < last);
  const error = recovers ? emitter.temporary() : undefined;
  emitter.settle();
  if (error !== undefined) emitter.line(`${error}=undefined;`);
  emitter.line(`${label}:{`);
  for (const [i, term] of call.args.entries()) {
    const guarded = error !== undefined && fails[i];
    if (guarded) emitter.line('try{');
    const operand = (): string => {
      const js = emitter.hold(value(emitter, term));
      if (!isCertainBool(emitter, term)) {
        emitter.line(`if(typeof ${js}!=='boolean')${emitter.raise(`${notBool(term)}${js})`)}`);
      }
      return js;
    };
    const held = guarded ? emitter.absorbing(operand) : operand();
    emitter.settle();
    if (i < last || error !== undefined)
      emitter.line(`if(${held}===${decided}){${result}=${decided};break ${label};}`);
    else emitter.line(`${result}=${held};`);
    if (guarded) emitter.line(`}catch(z){${error}=absorb(z,${error});}`);
  }
  if (error !== undefined) {
    emitter.line(`if(${error}!==undefined)${emitter.raise(error)}`);
    emitter.line(`${result}=${!decided};`);
  }
  emitter.line('}');
  return result;
}

/** A conditional, without cost of its own. Branches that are attributes cost only their fields. */
export function ternary(emitter: Emitter, call: Call): string {
  const [condition, yes, no] = call.args as [Expr, Expr, Expr];
  const result = emitter.temporary();
  const held = emitter.hold(value(emitter, condition));
  if (!isCertainBool(emitter, condition)) {
    emitter.line(`if(typeof ${held}!=='boolean')${emitter.raise(`${notBool(condition)}${held})`)}`);
  }
  const branch = (expr: Expr): void => {
    emitter.line(
      `${result}=${isAttribute(emitter, expr) ? attribute(emitter, expr).js : value(emitter, expr)};`,
    );
  };
  emitter.block(`if(${held})`, () => branch(yes));
  emitter.block('else', () => branch(no));
  return result;
}

/** `or` and `orValue` of optionals: lazy, and free of cost (cel/library.go `decorateOptionalOr`). */
export function alternative(emitter: Emitter, call: Call): string {
  const [other] = call.args as [Expr];
  const result = emitter.temporary();
  const held = emitter.variable(value(emitter, call.target as Expr));
  const taken = call.name === 'or' ? held : `${held}.value`;
  emitter.settle();
  emitter.line(`if(!(${held} instanceof OptionalValue))${result}=${held};`);
  emitter.line(`else if(${held}.present)${result}=${taken};`);
  emitter.block('else', () => emitter.line(`${result}=${value(emitter, other)};`));
  return result;
}
