import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { NodeKind, Outline } from './outline.ts';
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

/** The outline of the first document among the events of `text`. */
export function outlineOf(text: string, events: readonly Event[]): Outline {
  const kinds: NodeKind[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const after: number[] = [];
  const origins: Event[] = [];
  const targets = new Map<number, number>();
  const anchors = new Map<string, number>();
  const open: { node: number; children: number }[] = [];
  let end = 0;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) {
      if (kinds.length > 0) break;
      continue;
    }
    if (event.type === EVENT_ID.POP) {
      const closed = open.pop();
      if (closed === undefined) break;
      end = closingEnd(text, origins[closed.node], end);
      ends[closed.node] = Math.max(end, starts[closed.node] ?? 0);
      after[closed.node] = kinds.length;
      continue;
    }
    const node = kinds.length;
    const parent = open.at(-1);
    const isKey = parent !== undefined && kinds[parent.node] === 'mapping' && parent.children % 2 === 0;
    if (parent !== undefined) parent.children++;
    origins.push(event);
    after.push(node + 1);
    const name = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
    if (event.type === EVENT_ID.ALIAS) {
      const target = name === undefined ? undefined : anchors.get(name);
      if (target !== undefined) targets.set(node, target);
      kinds.push('alias');
      starts.push(event.anchorStart - 1);
      end = event.anchorEnd;
    } else if (event.type === EVENT_ID.SCALAR) {
      const span = scalarSpan(text, event, end);
      kinds.push(isKey && isMergeKey(text, event) ? 'merge key' : 'scalar');
      starts.push(span.start);
      end = Math.max(span.end, event.anchorEnd, event.tagEnd);
    } else {
      kinds.push(event.type === EVENT_ID.MAPPING ? 'mapping' : 'list');
      starts.push(event.start);
      open.push({ node, children: 0 });
      end = event.start;
    }
    ends.push(end);
    if (name !== undefined && event.type !== EVENT_ID.ALIAS) anchors.set(name, node);
  }
  return {
    kinds,
    starts,
    ends,
    after,
    targets,
    keyOf: (node) => {
      const event = origins[targets.get(node) ?? node];
      return event?.type === EVENT_ID.SCALAR ? scalarKey(text, event) : undefined;
    },
    contentOf: (node) => {
      const event = origins[node];
      return event?.type === EVENT_ID.SCALAR ? contentStart(text, event) : undefined;
    },
  };
}

/** Where letters begin to stand for themselves; undefined for scalars with escapes or folded lines. */
function contentStart(text: string, event: ScalarEvent): number | undefined {
  if (event.valueStart < 0) return undefined;
  const start =
    event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK
      ? skipIndent(text, event.valueStart, event.valueEnd)
      : event.valueStart;
  const content = getScalarValue(text, event).replace(/\n+$/, '');
  return text.startsWith(content, start) ? start : undefined;
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

const toBracket = /(?:[ \t\r\n,]|#[^\r\n]*)*/y;

/** Where a collection ends: where its last part does or, in brackets, behind the closing one. */
function closingEnd(text: string, event: Event | undefined, end: number): number {
  if (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) return end;
  const bracket = text.charAt(event.start);
  if (bracket !== '{' && bracket !== '[') return end;
  toBracket.lastIndex = Math.max(end, event.start + 1);
  toBracket.test(text);
  const closing = text.charAt(toBracket.lastIndex);
  return closing === '}' || closing === ']' ? toBracket.lastIndex + 1 : end;
}
