import * as fc from 'fast-check';
import { GRAMMAR, type Kind } from './grammar.ts';

/** An expression with what it is made of: the texts before, between and behind its parts. */
export interface Tree {
  readonly kind: Kind;
  readonly texts: readonly string[];
  readonly parts: readonly Tree[];
}

interface Slot {
  readonly kind: Kind;
  readonly bound: readonly (readonly [string, Kind])[];
}

interface Production {
  readonly texts: readonly string[];
  readonly slots: readonly Slot[];
}

function production(text: string): Production {
  const [first = '', ...rest] = text.split('«');
  const pieces = rest.map((piece) => piece.split('»'));
  return {
    texts: [first, ...pieces.map(([, after = '']) => after)],
    slots: pieces.map(([slot = '']) => {
      const [kind, ...bound] = slot.split(' ');
      return { kind: kind as Kind, bound: bound.map((one) => one.split(':') as [string, Kind]) };
    }),
  };
}

const kinds = Object.keys(GRAMMAR) as Kind[];
const productions = new Map(kinds.map((kind) => [kind, GRAMMAR[kind].map(production)]));

/** How often a part is of a kind that does not belong where it is. */
const illTyped = 1 / 60;

const steps = 2 ** 30;

/** Trees of an expression that should be a bool, made from the random numbers of fast-check. */
const trees: fc.Arbitrary<Tree> = fc
  .noShrink(fc.infiniteStream(fc.noBias(fc.nat(steps - 1))))
  .map((stream) => {
    const random = (): number => (stream.next().value as number) / steps;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const build = (wanted: Kind, scope: ReadonlyMap<string, Kind>, depth: number): Tree => {
      const kind = random() < illTyped ? pick(kinds) : wanted;
      const bound = [...scope].filter(([, of]) => of === kind);
      if (bound.length > 0 && random() < 0.5) return { kind: wanted, texts: [pick(bound)[0]], parts: [] };
      const all = productions.get(kind) ?? [];
      const leaf = depth <= 0 || random() < 0.15;
      const { texts, slots } = pick(
        all.filter(
          ({ slots }) => (slots.length === 0) === leaf || all.every((one) => one.slots.length === 0),
        ),
      );
      return {
        kind: wanted,
        texts,
        parts: slots.map((slot) => build(slot.kind, new Map([...scope, ...slot.bound]), depth - 1)),
      };
    };
    return build('bool', new Map(), 1 + Math.floor(random() * 3.5));
  });

/** As many different expressions as asked for; the same ones for the same seed. */
export function randomTrees(seed: number, count: number): readonly Tree[] {
  const found = new Map<string, Tree>();
  for (let round = 0; found.size < count; round++) {
    for (const tree of fc.sample(trees, { seed: seed + round, numRuns: count })) {
      const text = write(tree);
      if (found.size < count && text.length <= longest && tree.parts.length > 0) found.set(text, tree);
    }
  }
  return [...found.values()];
}

const longest = 400;

/** An expression written by hand, of which no part can be left out. */
export const whole = (text: string): Tree => ({ kind: 'bool', texts: [text], parts: [] });

/** The expression in CEL. */
export function write({ texts, parts }: Tree): string {
  return texts.slice(1).reduce((text, after, index) => {
    const part = parts[index] as Tree;
    const inner = write(part);
    return `${text}${isTight(part) ? inner : `(${inner})`}${after}`;
  }, texts[0] ?? '');
}

/** Whether an expression binds at least as tightly as a call, as far as can be told from its own texts. */
function isTight({ texts, parts }: Tree): boolean {
  if (parts.length === 0) return !/^-/.test(texts[0] ?? '');
  let depth = 0;
  for (const [index, text] of texts.entries()) {
    const outside = [...text].some((char) => {
      if ('([{'.includes(char)) depth++;
      if (')]}'.includes(char)) depth--;
      return depth === 0 && ' !-'.includes(char);
    });
    if (outside && (index > 0 || depth === 0)) return false;
  }
  return true;
}

/** Smaller expressions: a part in the place of a whole of its kind, or the simplest of its kind; smallest first. */
export function smaller(tree: Tree): readonly Tree[] {
  const length = write(tree).length;
  return [...new Map(replacements(tree).map((one) => [write(one), one]))]
    .filter(([text]) => text.length < length)
    .sort(([one], [other]) => one.length - other.length)
    .map(([, one]) => one);
}

function* descendants(tree: Tree): Generator<Tree> {
  for (const part of tree.parts) {
    yield part;
    yield* descendants(part);
  }
}

function replacements(tree: Tree): Tree[] {
  if (tree.parts.length === 0) return [];
  const hoisted = [...descendants(tree)].filter(({ kind }) => kind === tree.kind);
  const leaves = GRAMMAR[tree.kind].filter((text) => !text.includes('«')).slice(0, 2);
  const within = tree.parts.flatMap((part, index) =>
    replacements(part).map((one) => ({ ...tree, parts: tree.parts.with(index, one) })),
  );
  return [...hoisted, ...leaves.map((text) => ({ kind: tree.kind, texts: [text], parts: [] })), ...within];
}
