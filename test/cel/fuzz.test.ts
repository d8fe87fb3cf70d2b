import { expect, test } from 'vitest';
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

const COUNT = Number(process.env['ABATIS_FUZZ'] ?? 5000);

test(`${COUNT} random inputs are compiled or refused, none throws, none takes long`, () => {
  const next = random(20_240_229);
  let compiled = 0;
  let slowest = { took: 0, source: '' };
  for (let i = 0; i < COUNT; i++) {
    const source = makeInput(next);
    const start = performance.now();
    for (const environment of [env, plain]) {
      const result = compile(source, environment);
      if (!result.ok) {
        expect(result.problems.length, source).toBeGreaterThan(0);
        for (const { start, end } of result.problems) {
          expect(0 <= start && start <= end && end <= source.length, `${source}: ${start}-${end}`).toBe(true);
        }
        continue;
      }
      compiled++;
      const value = result.program.evaluate(
        { object: { spec: { x: 1 }, x: [1, 2] }, request: {} },
        new Budget(100_000),
      );
      if (value instanceof CelError) expect(value.message, source).not.toBe('');
    }
    const took = performance.now() - start;
    if (took > slowest.took) slowest = { took, source };
  }
  expect(compiled).toBeGreaterThan(COUNT / 100);
  expect(slowest.took, slowest.source).toBeLessThan(1000);
});
