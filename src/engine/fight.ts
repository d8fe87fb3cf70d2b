import { formatPath } from '../jsonpath/index.ts';
import type { Mutated, Path } from '../model/index.ts';

/** Mutations that do not let an object come to rest. */
export interface Fight {
  /** Those at fault. */
  readonly parties: readonly Mutated[];
  readonly message: string;
}

/** Changes of one mutation that are looked at; who fights over a thousand items does over the first. */
const most = 100;

/**
 * Who keeps an object from coming to rest, by what was changed in a round that should have changed nothing: two
 * that change the same place, else one that does not come to an end by itself.
 * @param round what that round changed, never empty
 */
export function fightOf(round: readonly Mutated[]): Fight {
  for (const [index, one] of round.entries()) {
    for (const other of round.slice(index + 1)) {
      if (nameOf(one) === nameOf(other)) continue;
      const place = commonPlace(one, other);
      if (place === undefined) continue;
      const message = `${nameOf(one)} and ${nameOf(other)} fight: each changes \`${place}\` back, and the object never comes to rest`;
      return { parties: [one, other], message };
    }
  }
  const [one] = round;
  if (one === undefined) throw new Error('a round that changed nothing is the last');
  const place = formatPath(one.changes[0]?.path ?? []);
  const message = `${nameOf(one)} does not come to rest: made again, it changes \`${place}\` again`;
  return { parties: [one], message };
}

function nameOf({ policy, mutation, binding }: Mutated): string {
  const name = `\`${policy}/${mutation}\``;
  return binding === undefined ? name : `${name} of the binding \`${binding}\``;
}

function commonPlace(one: Mutated, other: Mutated): string | undefined {
  for (const { path } of one.changes.slice(0, most)) {
    const found = other.changes.slice(0, most).find((change) => isWithin(path, change.path));
    if (found !== undefined) return formatPath(path.length > found.path.length ? path : found.path);
  }
  return undefined;
}

/** Whether one path leads to the other's place or beneath it. */
function isWithin(a: Path, b: Path): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((segment, index) => segment === long[index]);
}
