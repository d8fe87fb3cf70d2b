import type { JsonObject, LabelSelector, LabelSelectorRequirement } from '../model/index.ts';

/** Whether labels are what a selector asks for. Absent labels are as an empty set of them. */
export type Selector = (labels: JsonObject | undefined) => boolean;

/**
 * A LabelSelector, with the meaning of k8s.io/apimachinery `labels.Selector`: all requirements hold, the empty
 * selector takes everything, and `NotIn` is met by a label that is not there.
 */
export function compileSelector(selector: LabelSelector): Selector {
  const requirements: Selector[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push((labels) => label(labels, key) === value);
  }
  for (const requirement of selector.matchExpressions ?? [])
    requirements.push(compileRequirement(requirement));
  const only = requirements[0];
  if (requirements.length === 1 && only !== undefined) return only;
  return (labels) => requirements.every((requirement) => requirement(labels));
}

function compileRequirement({ key, operator, values }: LabelSelectorRequirement): Selector {
  const wanted = new Set<unknown>(values);
  switch (operator) {
    case 'In':
      return (labels) => wanted.has(label(labels, key));
    case 'NotIn':
      return (labels) => !wanted.has(label(labels, key));
    case 'Exists':
      return (labels) => label(labels, key) !== undefined;
    case 'DoesNotExist':
      return (labels) => label(labels, key) === undefined;
  }
}

function label(labels: JsonObject | undefined, key: string): unknown {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}
