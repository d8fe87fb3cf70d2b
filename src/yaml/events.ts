import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { keyText, resolvePlain, resolveTagged } from './scalar.ts';

const tagPrefix = 'tag:yaml.org,2002:';

/** The name of a node's tag, `str` for `!!str`; empty where it has none, `!` for tags of no meaning here. */
export function tagOf(text: string, event: { readonly tagStart: number; readonly tagEnd: number }): string {
  if (event.tagStart < 0) return '';
  const tag = text.slice(event.tagStart, event.tagEnd);
  if (tag.startsWith(`!<${tagPrefix}`) && tag.endsWith('>')) return tag.slice(2 + tagPrefix.length, -1);
  return tag.startsWith('!!') ? tag.slice(2) : '!';
}

/** A scalar's value; undefined where it is not of the type that its tag says. */
export function scalarValue(text: string, event: ScalarEvent): unknown {
  const content = event.fast ? text.slice(event.valueStart, event.valueEnd) : getScalarValue(text, event);
  const tag = tagOf(text, event);
  if (tag !== '') return resolveTagged(tag, content);
  return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(content) : content;
}

/** A scalar's value as a mapping's key; undefined for what Kubernetes takes no key from. */
export function scalarKey(text: string, event: ScalarEvent): string | undefined {
  const value = scalarValue(text, event);
  if (typeof value === 'string') return value;
  if (value === undefined) return undefined;
  return keyText(value, getScalarValue(text, event));
}

/** Whether a key is `<<` without quotes, which merges other mappings into its own. */
export function isMergeKey(text: string, event: ScalarEvent): boolean {
  if (event.valueEnd - event.valueStart !== 2 || event.style !== SCALAR_STYLE.PLAIN) return false;
  const tag = tagOf(text, event);
  return (tag === '' || tag === 'merge') && text.startsWith('<<', event.valueStart);
}

/** Where a scalar stands, its quotes included; `before` is where the text before it ended, for those without text. */
export function scalarSpan(
  text: string,
  event: ScalarEvent,
  before: number,
): { readonly start: number; readonly end: number } {
  if (event.valueStart < 0) return { start: before, end: before };
  switch (event.style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return { start: event.valueStart - 1, end: event.valueEnd + 1 };
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK:
      return { start: skipIndent(text, event.valueStart, event.valueEnd), end: trimmedEnd(text, event) };
    default:
      return { start: event.valueStart, end: event.valueEnd };
  }
}

function skipIndent(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && (text[at] === ' ' || text[at] === '\n' || text[at] === '\r')) at++;
  return at < end ? at : start;
}

function trimmedEnd(text: string, event: ScalarEvent): number {
  let at = event.valueEnd;
  while (at > event.valueStart && /\s/.test(text.charAt(at - 1))) at--;
  return at;
}
