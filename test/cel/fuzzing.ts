import { expect } from 'vitest';
import { Budget, CelError, compile, DYN, environment, REQUEST } from '../../src/cel/index.ts';

const env = environment({
  kubernetes: '1.36',
  json: ['object'],
  variables: { object: DYN, request: REQUEST },
});
const plain = environment({ plain: true, variables: { object: DYN } });

/** A small generator of numbers, so that every run is the same (Marsaglia's xorshift). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PIECES =
  `object request object.spec .x .?x [?0] [0] ["a"] ( ) [ ] { } , : ? . + - * / % == != < <= > >= in && || ! 1 -1 0x1f 1u 1.5 .5e3 9223372036854775807
true false null "a" 'b' b"c" r"\\d" """x""" "\\u00e9" "\\q" " \` @ # $ ; = & | // \n \t é 😀 has( size( int( string( type( dyn( .all(x, .exists(x, .map(x, .filter(x, .all(i, .transformMap(i,
.transformMapEntry(i, x) v, v) .orValue( .optMap(x, .sortBy(x, .size() .matches( "(a+" .startsWith( duration( "1h" timestamp( optional.of( optional.none() quantity( "1Gi" sets.contains( lists.range( format.named( .format( google.protobuf.Duration{ seconds: x i v for as \`a-b\` {"a": 1} [1, 2] {1: x}`.split(
    /[ \n]+/,
  );

/** A sequence of pieces of the language, some of them damaged. */
function makeInput(next: (below: number) => number): string {
  let source = '';
  const count = 1 + next(14);
  for (let i = 0; i < count; i++) {
    const piece = PIECES[next(PIECES.length)] as string;
    source += piece + (next(3) === 0 ? ' ' : '');
    if (next(25) === 0) source = source.slice(0, next(source.length + 1));
    if (next(40) === 0) source += String.fromCharCode(next(0x10000));
  }
  return source;
}

/** Random inputs, the same for a seed. */
export function* inputs(count: number, seed: number): Generator<string> {
  const next = random(seed);
  for (let i = 0; i < count; i++) yield makeInput(next);
}

/** Compiles and runs `count` random inputs: none may throw, and none take long. */
export function fuzz(count: number, seed: number): void {
  let compiled = 0;
  let slowest = { took: 0, source: '' };
  for (const source of inputs(count, seed)) {
    const begin = performance.now();
    for (const environment of [env, plain]) {
      const result = compile(source, environment);
      if (!result.ok) {
        const sound = result.problems.every(
          ({ start, end }) => 0 <= start && start <= end && end <= source.length,
        );
        expect(result.problems.length > 0 && sound, `${source}: ${JSON.stringify(result.problems)}`).toBe(
          true,
        );
        continue;
      }
      compiled++;
      const activation = { object: { spec: { x: 1 }, x: [1, 2] }, request: {} };
      const value = result.program.evaluate(activation, new Budget(100_000));
      if (value instanceof CelError) expect(value.message, source).not.toBe('');
    }
    const took = performance.now() - begin;
    if (took > slowest.took) slowest = { took, source };
  }
  expect(compiled).toBeGreaterThan(count / 100);
  // Ten times what is asked of a quiet machine.
  expect(slowest.took, slowest.source).toBeLessThan(1000);
}
