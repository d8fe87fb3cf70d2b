import type { Expr, Fold } from '../ast.ts';
import { isCertainBool, mayFail } from './certainty.ts';
import type { Emitter } from './emitter.ts';
import { isJson, value } from './value.ts';

/**
 * The macros that go over a list or map. Costs are those of the comprehension cel-go makes of them: the accumulator
 * and the loop condition are read at every element (parser/macro.go, ext/comprehensions.go).
 */
export function loop(emitter: Emitter, fold: Fold): string {
  const json = isJson(emitter, fold.range);
  const range = emitter.hold(value(emitter, fold.range));
  const list = emitter.temporary();
  const iterate = fold.variable2 === undefined ? 'elements' : 'pairs';
  emitter.line(
    fold.variable2 === undefined
      ? `${list}=Array.isArray(${range})?${range}:${iterate}(${range});`
      : `${list}=${iterate}(${range});`,
  );
  emitter.raiseIfError(list, fold.range);
  const index = emitter.temporary();
  const first = emitter.temporary();
  emitter.push(fold.variable, { js: first, json: json && fold.variable2 === undefined });
  let second: string | undefined;
  if (fold.variable2 !== undefined) {
    second = emitter.temporary();
    emitter.push(fold.variable2, { js: second, json });
  }
  const head = (): void => {
    emitter.line(`for(${index}=0;${index}<${list}.length;${index}++){`);
    emitter.line(
      second === undefined ? `${first}=${list}[${index}];` : `[${first},${second}]=${list}[${index}];`,
    );
  };
  const tail = (): void => {
    emitter.settle();
    emitter.line(`if(c>L)throw exhausted(${fold.start},${fold.end});`);
    emitter.line('}');
  };
  emitter.settle();
  const result =
    fold.fold === 'all' || fold.fold === 'exists'
      ? quantifier(emitter, fold, fold.condition as Expr, head, tail, `${index}+1<${list}.length`)
      : fold.fold === 'existsOne'
        ? exactlyOne(emitter, fold.condition as Expr, head, tail)
        : collection(emitter, fold, fold.result as Expr, first, head, tail);
  emitter.pop(second === undefined ? 1 : 2);
  return result;
}

/** A predicate's value, which must be a boolean. */
function predicate(emitter: Emitter, expr: Expr): string {
  const held = emitter.hold(value(emitter, expr));
  if (!isCertainBool(emitter, expr)) {
    const error = `fault("no such overload",${expr.start},${expr.end},${held})`;
    emitter.line(`if(typeof ${held}!=='boolean')${emitter.raise(error)}`);
  }
  return held;
}

/** `all` and `exists`: an error is forgotten if an element decides after all. */
function quantifier(
  emitter: Emitter,
  fold: Fold,
  condition: Expr,
  head: () => void,
  tail: () => void,
  more: string,
): string {
  const exists = fold.fold === 'exists';
  const decided = exists ? 'true' : 'false';
  const looked = exists ? 3 : 2;
  const result = emitter.temporary();
  const error = emitter.temporary();
  const guarded = mayFail(emitter, condition) || !isCertainBool(emitter, condition);
  emitter.line(`${result}=${!exists};${error}=undefined;`);
  head();
  emitter.cost(looked + 1);
  if (guarded) {
    emitter.settle();
    emitter.line('try{');
  }
  const held = emitter.absorbing(() => predicate(emitter, condition));
  emitter.settle();
  emitter.line(`if(${held}===${decided}){${result}=${decided};if(${more})c+=${looked};break;}`);
  if (guarded) emitter.line(`}catch(z){${error}=absorb(z,${error});}`);
  tail();
  emitter.cost(1);
  emitter.line(`if(${result}!==${decided}&&${error}!==undefined)${emitter.raise(error)}`);
  return result;
}

function exactlyOne(emitter: Emitter, condition: Expr, head: () => void, tail: () => void): string {
  const count = emitter.temporary();
  emitter.line(`${count}=0;`);
  head();
  const held = predicate(emitter, condition);
  emitter.settle();
  emitter.line(`if(${held}){${count}++;c+=2;}`);
  tail();
  emitter.cost(2);
  return `(${count}===1)`;
}

/** The macros that build a list or map. */
function collection(
  emitter: Emitter,
  fold: Fold,
  result: Expr,
  key: string,
  head: () => void,
  tail: () => void,
): string {
  const collected = emitter.temporary();
  emitter.line(`${collected}=${fold.fold === 'list' ? '[]' : 'new MapBuilder()'};`);
  head();
  const add = (): void => {
    emitter.cost(1);
    if (fold.fold === 'map') emitter.cost(1);
    const held = emitter.hold(value(emitter, result));
    if (fold.fold === 'list') {
      // A list of one constant is a constant itself and costs nothing.
      emitter.cost(emitter.constants.values[result.id] === undefined ? 11 : 1);
      emitter.line(`${collected}.push(${held});`);
      return;
    }
    emitter.cost(1);
    const error = emitter.temporary();
    emitter.line(
      fold.fold === 'map'
        ? `${error}=${collected}.insert(${key},${held});`
        : `${error}=${collected}.insertAll(${held});`,
    );
    emitter.raiseIfError(error, result);
  };
  if (fold.condition === undefined) {
    add();
  } else {
    const held = predicate(emitter, fold.condition);
    emitter.block(`if(${held})`, add);
  }
  tail();
  emitter.cost(1);
  return fold.fold === 'list' ? collected : `${collected}.finish()`;
}
