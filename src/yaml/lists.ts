import type { SourceDocument } from './read.ts';
import { isMapping } from './values.ts';

/**
 * The objects of a `List` or a typed list (`PodList`), lists in lists too; any other document is itself. Items
 * of typed lists, which the API server sends without apiVersion and kind, get those of their list, as client-go's
 * unstructured lists do (k8s.io/apimachinery pkg/apis/meta/v1/unstructured).
 */
export function expandLists(document: SourceDocument): readonly SourceDocument[] {
  const { value, source } = document;
  if (!isMapping(value) || typeof value['kind'] !== 'string' || !value['kind'].endsWith('List'))
    return [document];
  const { apiVersion, kind } = value;
  const items = value['items'] ?? (kind === 'List' && apiVersion === 'v1' ? [] : undefined);
  if (!Array.isArray(items)) return [document];
  return items.flatMap((item: unknown, index) =>
    expandLists({
      value: kind === 'List' ? item : typed(item, apiVersion, kind.slice(0, -'List'.length)),
      source: { ...source, base: [...(source.base ?? []), 'items', index] },
    }),
  );
}

function typed(item: unknown, apiVersion: unknown, kind: string): unknown {
  if (!isMapping(item) || (Object.hasOwn(item, 'apiVersion') && Object.hasOwn(item, 'kind'))) return item;
  return { apiVersion, kind, ...item };
}
