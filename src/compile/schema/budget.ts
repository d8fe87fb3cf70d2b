import type { Path } from '../../model/index.ts';
import { isObject, own } from '../change.ts';

/** How many schemas a schema may amount to, each counted as often as it is referred to. */
const limit = 10_000;

/** How deep schemas may be nested, references followed. */
const depthLimit = 100;

export interface Refusal {
  readonly path: Path;
  readonly message: string;
}

/**
 * Why a schema would cost too much to apply: with references that come back to themselves, or multiply, a short
 * schema can take time exponential in the depth of the object. Undefined where it is fine.
 */
export function refusal(root: unknown): Refusal | undefined {
  let count = 0;
  const open = new Set<string>();

  function visit(value: unknown, path: Path): Refusal | undefined {
    if (Array.isArray(value)) return visitAll(value.entries(), path);
    if (!isObject(value)) return undefined;
    if (++count > limit) return { path: [], message: `the schema amounts to more than ${limit} schemas` };
    if (path.length > depthLimit)
      return { path: [], message: `the schema is more than ${depthLimit} levels deep` };
    return visitReference(value, path) ?? visitAll(Object.entries(value), path);
  }

  function visitAll(entries: Iterable<readonly [string | number, unknown]>, path: Path): Refusal | undefined {
    for (const [key, value] of entries) {
      if (key === '$defs' || key === 'definitions' || key === 'const' || key === 'enum') continue;
      const found = visit(value, [...path, key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function visitReference(value: object, path: Path): Refusal | undefined {
    for (const keyword of ['$dynamicRef', '$recursiveRef', '$id']) {
      if (own(value, keyword) !== undefined) {
        return {
          path: [...path, keyword],
          message: `\`${keyword}\` is not supported: use \`$ref\` into \`$defs\``,
        };
      }
    }
    const reference = own(value, '$ref');
    if (typeof reference !== 'string') return undefined;
    const at: Path = [...path, '$ref'];
    if (!reference.startsWith('#/')) {
      return {
        path: at,
        message: `\`$ref\` of \`${reference}\` does not begin with \`#/\`: it reaches no further than the schema itself`,
      };
    }
    if (open.has(reference))
      return { path: at, message: `\`$ref\` of \`${reference}\` comes back to itself` };
    const target = resolve(root, reference);
    if (target === undefined) return { path: at, message: `\`$ref\` of \`${reference}\` leads nowhere` };
    open.add(reference);
    const found = visit(target, path);
    open.delete(reference);
    return found === undefined ? undefined : { path: at, message: found.message };
  }

  return visit(root, []);
}

/** What a reference within the document stands for: RFC 6901, as a URI fragment. */
function resolve(root: unknown, reference: string): unknown {
  let value = root;
  for (const escaped of reference.slice(2).split('/')) {
    const key = decode(escaped);
    value = Array.isArray(value) ? value[Number(key)] : own(value, key);
  }
  return value;
}

function decode(escaped: string): string {
  const text = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
