import { type CompiledPath, parsePath } from '../jsonpath/index.ts';
import type { Path } from '../model/index.ts';
import { nearest } from '../suggest/index.ts';
import type { Problem } from './problem.ts';

/**
 * Goes through what `each` selects from a target; the path of an item is only made where it is asked for.
 * A visit that returns false ends it. Returns false where the target is too large to be searched to the end.
 */
export type Items = (target: unknown, visit: (item: unknown, path: () => Path) => boolean) => boolean;

/** Selections of a pod that have a name. */
export const selections: Readonly<Record<string, readonly string[]>> = {
  containers: ['$.spec.containers[*]'],
  initContainers: ['$.spec.initContainers[*]'],
  ephemeralContainers: ['$.spec.ephemeralContainers[*]'],
  allContainers: ['$.spec.initContainers[*]', '$.spec.containers[*]', '$.spec.ephemeralContainers[*]'],
  volumes: ['$.spec.volumes[*]'],
  images: [
    '$.spec.initContainers[*].image',
    '$.spec.containers[*].image',
    '$.spec.ephemeralContainers[*].image',
    '$.spec.volumes[*].image.reference',
  ],
};

/**
 * What `each` selects: JSONPaths from `$`, and the named selections where the target is a pod.
 * A node that two of the paths select is visited twice; equal findings are one in the end.
 */
export function compileItems(each: readonly string[], target: 'object' | 'pod', problems: Problem[]): Items {
  const key = JSON.stringify([target, each]);
  const known = compiledBefore.get(key);
  if (known !== undefined) return known;
  const found: Problem[] = [];
  const items = compileAnew(each, target, found);
  problems.push(...found);
  if (found.length > 0) return items;
  if (compiledBefore.size >= mostKept) compiledBefore.clear();
  compiledBefore.set(key, items);
  return items;
}

/** By what they select: rules of many policies go through the same items, and what is found for one serves the others. */
const compiledBefore = new Map<string, Items>();
const mostKept = 500;

function compileAnew(each: readonly string[], target: 'object' | 'pod', problems: Problem[]): Items {
  const paths: CompiledPath[] = [];
  for (const [index, text] of each.entries()) {
    for (const source of selectionOf(text, target, index, problems)) {
      const parsed = parsePath(source, { form: 'full' });
      if (parsed.ok) paths.push(parsed.path);
      else problems.push({ code: 'AB1301', path: [index], ...parsed.problem });
    }
  }
  return (target, visit) => {
    let going = true;
    const visitOn = (item: unknown, path: () => Path): boolean => {
      going = visit(item, path);
      return going;
    };
    for (const path of paths) if (going && !path.select(target, visitOn)) return false;
    return true;
  };
}

function selectionOf(
  text: string,
  target: 'object' | 'pod',
  index: number,
  problems: Problem[],
): readonly string[] {
  if (text.startsWith('$')) return [text];
  const named = Object.hasOwn(selections, text) ? selections[text] : undefined;
  if (named !== undefined && target === 'pod') return named;
  const guess = nearest(text, Object.keys(selections));
  problems.push({
    code: 'AB1303',
    path: [index],
    message:
      named === undefined
        ? `\`${text}\` is neither a JSONPath nor a selection`
        : `\`${text}\` is a selection of a pod, and the target of this policy is the object`,
    help:
      named !== undefined
        ? 'set spec.target to pod, or write a JSONPath from `$`'
        : guess === undefined
          ? `write a JSONPath from \`$\`, as \`$.spec.rules[*]\`, or one of ${Object.keys(selections).join(', ')}`
          : `did you mean \`${guess}\`?`,
  });
  return [];
}
