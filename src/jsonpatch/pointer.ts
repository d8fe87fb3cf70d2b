import type { Path, PathSegment } from '../model/index.ts';
import { childOf } from './json.ts';

/** The JSON pointer (RFC 6901) of a path; empty for the root. */
export function formatPointer(path: Path): string {
  let text = '';
  for (const segment of path) {
    text += '/';
    text += typeof segment === 'number' ? segment : segment.replaceAll('~', '~0').replaceAll('/', '~1');
  }
  return text;
}

/** The tokens of a JSON pointer, or what is wrong with it, and where. */
export function parsePointer(
  text: string,
): readonly string[] | { readonly message: string; readonly offset: number; readonly length: number } {
  if (text === '') return [];
  if (!text.startsWith('/')) {
    return { message: 'a JSON pointer begins with `/`', offset: 0, length: text.length };
  }
  const bare = /~(?![01])/.exec(text);
  if (bare !== null) {
    const message = '`~` is followed by `0` or `1`: it is written `~0`, and `/` in a key is written `~1`';
    return { message, offset: bare.index, length: 1 };
  }
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const indexForm = /^(?:0|[1-9][0-9]{0,15})$/;

/**
 * What tokens lead to in a document: a key, or an index where a list is met, `-` being the one behind its last
 * item. Undefined where a list is met by a token that is no index.
 */
export function pathOf(root: unknown, tokens: readonly string[]): Path | undefined {
  const path: PathSegment[] = [];
  let value = root;
  for (const token of tokens) {
    let segment: PathSegment = token;
    if (Array.isArray(value)) {
      if (token === '-') segment = value.length;
      else if (indexForm.test(token)) segment = Number(token);
      else return undefined;
    }
    path.push(segment);
    value = childOf(value, segment);
  }
  return path;
}
