import type { ResourceKind } from '../model/index.ts';
import { member, text } from './object.ts';

/**
 * The kinds that CustomResourceDefinitions among the documents define, in their order. A definition that lacks
 * what makes a kind is passed over: the API server is the one to refuse it.
 */
export function customKinds(values: Iterable<unknown>): ResourceKind[] {
  const kinds: ResourceKind[] = [];
  for (const value of values) {
    if (text(value, 'kind') !== 'CustomResourceDefinition') continue;
    if (text(value, 'apiVersion')?.startsWith('apiextensions.k8s.io/') !== true) continue;
    const spec = member(value, 'spec');
    const names = member(spec, 'names');
    const group = text(spec, 'group');
    const kind = text(names, 'kind');
    const resource = text(names, 'plural');
    const scope = text(spec, 'scope');
    if (group === undefined || kind === undefined || resource === undefined) continue;
    if (scope === 'Namespaced' || scope === 'Cluster') {
      kinds.push({ group, kind, resource, namespaced: scope === 'Namespaced' });
    }
  }
  return kinds;
}
