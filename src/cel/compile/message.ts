import type { StructExpr } from '../ast.ts';
import { buildMessage } from '../well-known.ts';
import { unknown } from './attribute.ts';
import type { Emitter } from './emitter.ts';
import { value } from './value.ts';

/** `google.protobuf.Duration{…}` and its like. */
export function message(emitter: Emitter, expr: StructExpr): string {
  const parts = expr.fields.map((field) => {
    const held = emitter.hold(value(emitter, field.value));
    return `[${JSON.stringify(field.name)},${held},${field.optional}]`;
  });
  emitter.cost(40);
  const held = emitter.temporary();
  const reference = emitter.checked.references[expr.id];
  if (reference?.kind !== 'message') return unknown(emitter, expr, `there is no type \`${expr.name}\``);
  const name = JSON.stringify(reference.name);
  emitter.line(`${held}=${emitter.constant(buildMessage)}(${name},[${parts.join(',')}]);`);
  emitter.raiseIfError(held, expr);
  return held;
}
