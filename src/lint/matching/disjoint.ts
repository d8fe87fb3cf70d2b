import { compileGlobs } from '../../glob/index.ts';
import { compileKindPattern, type KindTable, parseKindPattern } from '../../kinds/index.ts';
import type { Criteria } from '../../model/index.ts';
import { builtinOf } from './requests.ts';

/** Why nothing can meet both criteria; undefined where something may. */
export function disjoint(inner: Criteria, outer: Criteria, table: KindTable): string | undefined {
  const { kinds, operations, namespaces } = inner;
  if (kinds !== undefined && outer.kinds !== undefined && !sharesKind(kinds, outer.kinds, table)) {
    return `it is about ${listed(outer.kinds)}, not ${listed(kinds)}`;
  }
  const theirs = outer.operations ?? ['CREATE', 'UPDATE'];
  if (operations !== undefined && !operations.includes('*') && !theirs.includes('*')) {
    if (!operations.some((operation) => theirs.includes(operation))) {
      return `it is about ${theirs.join(' and ')}, not ${operations.join(' and ')}`;
    }
  }
  const names: readonly (readonly [readonly string[] | undefined, readonly string[] | undefined, string])[] =
    [
      [namespaces, outer.namespaces, 'namespaces'],
      [inner.names, outer.names, 'names'],
    ];
  for (const [mine, others, what] of names) {
    // Two globs may well have something in common: only plain names tell.
    if (mine === undefined || others === undefined || mine.some((glob) => /[*?]/.test(glob))) continue;
    if (!mine.some(compileGlobs(others))) return `its ${what} are ${listed(others)}, not ${listed(mine)}`;
  }
  return inner.scope !== undefined && outer.scope !== undefined && inner.scope !== outer.scope
    ? `its scope is ${outer.scope}, not ${inner.scope}`
    : undefined;
}

/** Whether something is of the kinds of both. Taken for true where a pattern stands for kinds that are not known. */
function sharesKind(mine: readonly string[], theirs: readonly string[], table: KindTable): boolean {
  const others = theirs.map((text) => {
    const pattern = parseKindPattern(text);
    return typeof pattern === 'string' ? () => true : compileKindPattern(pattern, table);
  });
  return mine.some((text) => {
    const rows = builtinOf(text, table);
    const pattern = parseKindPattern(text);
    if (rows === undefined || typeof pattern === 'string' || pattern.version !== undefined) return true;
    const { subresource = '' } = pattern;
    return rows.some((row) =>
      others.some(
        (other, index) => isVersioned(theirs[index]) || other({ ...row, version: 'v1', subresource }),
      ),
    );
  });
}

function isVersioned(text = ''): boolean {
  const pattern = parseKindPattern(text);
  return typeof pattern === 'object' && pattern.version !== undefined;
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).map((text) => `\`${text}\``);
  return [...shown, ...(texts.length > 3 ? [`${texts.length - 3} more`] : [])].join(', ');
}
