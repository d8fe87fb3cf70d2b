/**
 * What is known to be there where an expression is worked out, as keys of paths (`object.spec.tls`), and what the
 * operation is not (`!CREATE`). `never`: nobody ever comes here, so that everything may be taken for known.
 */
export type Facts = ReadonlySet<string> | 'never';

export const nothingKnown: Facts = new Set();

export function both(left: Facts, right: Facts): Facts {
  if (left === 'never' || right === 'never') return 'never';
  return left.size === 0 ? right : right.size === 0 ? left : new Set([...left, ...right]);
}

export function either(left: Facts, right: Facts): Facts {
  if (left === 'never') return right;
  if (right === 'never') return left;
  return new Set([...left].filter((fact) => right.has(fact)));
}

/** That the value of a key is there, and so all that it is in. */
export function present(key: string | undefined): Facts {
  if (key === undefined) return nothingKnown;
  const facts = new Set<string>();
  for (let at = key.indexOf('.'); at >= 0; at = key.indexOf('.', at + 1)) facts.add(key.slice(0, at));
  return facts.add(key);
}

const operations = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

/** That the operation is one of these. */
export function operationIs(some: readonly string[]): Facts {
  return new Set(operations.filter((one) => !some.includes(one)).map((one) => `!${one}`));
}

/** That the operation is none of these. */
export function operationIsNot(some: readonly string[]): Facts {
  return new Set(some.map((one) => `!${one}`));
}

/** Whether there is no operation left: nobody ever comes here. */
export function isImpossible(facts: Facts): boolean {
  return facts === 'never' || operations.every((one) => facts.has(`!${one}`));
}

/** Whether a key is known to have a value; of the two objects the operation tells. Source: AdmissionReview. */
export function isKnown(key: string, facts: Facts): boolean {
  if (facts === 'never' || facts.has(key)) return true;
  if (key === 'object') return facts.has('!DELETE');
  if (key === 'oldObject') return facts.has('!CREATE') && facts.has('!CONNECT');
  return false;
}
