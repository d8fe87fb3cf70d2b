import { builtinKinds, type KindTable, kindsOf, parseKindPattern } from '../../kinds/index.ts';
import type { Operation, ResourceKind } from '../../model/index.ts';

const ofObjects: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE'];

/** Kinds that are asked and never kept. */
const reviews = /^(?:.*Review|Binding)$/;

/** What may be done to subresources. Source: the verbs in the discovery of Kubernetes 1.36. */
const ofSubresources: Readonly<Record<string, readonly Operation[]>> = {
  attach: ['CONNECT'],
  exec: ['CONNECT'],
  portforward: ['CONNECT'],
  proxy: ['CONNECT'],
  binding: ['CREATE'],
  eviction: ['CREATE'],
  token: ['CREATE'],
  approval: ['UPDATE'],
  ephemeralcontainers: ['UPDATE'],
  finalize: ['UPDATE'],
  resize: ['UPDATE'],
  scale: ['UPDATE'],
  status: ['UPDATE'],
  log: [],
};

/** The built-in kinds that a pattern stands for; undefined where it may stand for others, too. */
export function builtinOf(text: string, table: KindTable): readonly ResourceKind[] | undefined {
  const pattern = parseKindPattern(text);
  if (typeof pattern === 'string' || /[*?]/.test(text)) return undefined;
  const kinds = kindsOf(pattern, table);
  const known = kinds.every(({ group, kind }) =>
    builtinKinds.some((row) => row.group === group && row.kind === kind),
  );
  return kinds.length > 0 && known ? kinds : undefined;
}

/** What can be done to what a pattern of kinds stands for; undefined where that is not known. */
export function operationsOf(text: string, table: KindTable): readonly Operation[] | undefined {
  const kinds = builtinOf(text, table);
  const pattern = parseKindPattern(text);
  if (kinds === undefined || typeof pattern === 'string') return undefined;
  const { subresource } = pattern;
  if (subresource !== undefined) {
    return Object.hasOwn(ofSubresources, subresource) ? ofSubresources[subresource] : undefined;
  }
  return kinds.every(({ kind }) => reviews.test(kind)) ? ['CREATE'] : ofObjects;
}
