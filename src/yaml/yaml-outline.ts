import { COLLECTION_STYLE, EVENT_ID, type Event } from 'js-yaml';
import { isMergeKey, scalarKey, scalarSpan } from './events.ts';
import { offsetInside } from './inside.ts';
import type { NodeKind, Outline } from './outline.ts';

/** The outline of the first document among the events of `text`. */
export function outlineOf(text: string, events: readonly Event[]): Outline {
  const outliner = new Outliner(text);
  for (const event of events.slice(1)) {
    if (event.type === EVENT_ID.DOCUMENT) break;
    if (event.type === EVENT_ID.POP) outliner.close();
    else outliner.add(event);
  }
  return outliner.outline();
}

type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP }>;

class Outliner {
  readonly #text: string;
  readonly #kinds: NodeKind[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #after: number[] = [];
  readonly #events: NodeEvent[] = [];
  readonly #targets = new Map<number, number>();
  readonly #anchors = new Map<string, number>();
  readonly #open: { readonly node: number; children: number }[] = [];
  /** Where what has been read so far ends. */
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  outline(): Outline {
    const [text, events, targets] = [this.#text, this.#events, this.#targets];
    return {
      kinds: this.#kinds,
      starts: this.#starts,
      ends: this.#ends,
      after: this.#after,
      targets,
      keyOf: (node) => {
        const event = events[targets.get(node) ?? node];
        return event?.type === EVENT_ID.SCALAR ? scalarKey(text, event) : undefined;
      },
      offsetIn: (node, offset) => {
        const event = events[node];
        return event?.type === EVENT_ID.SCALAR ? offsetInside(text, event, offset) : undefined;
      },
    };
  }

  add(event: NodeEvent): void {
    const node = this.#events.push(event) - 1;
    const parent = this.#open.at(-1);
    const isKey = parent !== undefined && this.#kinds[parent.node] === 'mapping' && parent.children % 2 === 0;
    if (parent !== undefined) parent.children++;
    const name = event.anchorStart < 0 ? undefined : this.#text.slice(event.anchorStart, event.anchorEnd);
    this.#after.push(node + 1);
    this.#node(event, node, isKey);
    this.#ends.push(this.#end);
    if (name === undefined) return;
    if (event.type !== EVENT_ID.ALIAS) this.#anchors.set(name, node);
    else this.#refer(node, name);
  }

  #node(event: NodeEvent, node: number, isKey: boolean): void {
    switch (event.type) {
      case EVENT_ID.ALIAS:
        this.#kinds.push('alias');
        this.#starts.push(event.anchorStart - 1);
        this.#end = event.anchorEnd;
        break;
      case EVENT_ID.SCALAR: {
        const { start, end } = scalarSpan(this.#text, event, this.#end);
        this.#kinds.push(isKey && isMergeKey(this.#text, event) ? 'merge key' : 'scalar');
        this.#starts.push(start);
        this.#end = Math.max(end, event.anchorEnd, event.tagEnd);
        break;
      }
      default:
        this.#kinds.push(event.type === EVENT_ID.MAPPING ? 'mapping' : 'list');
        this.#starts.push(event.start);
        this.#open.push({ node, children: 0 });
        this.#end = event.start;
    }
  }

  #refer(node: number, name: string): void {
    const target = this.#anchors.get(name);
    if (target !== undefined) this.#targets.set(node, target);
  }

  close(): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    this.#end = closingEnd(this.#text, this.#events[closed.node], this.#end);
    this.#ends[closed.node] = this.#end;
    this.#after[closed.node] = this.#events.length;
  }
}

const toBracket = /(?:[ \t\r\n,]|#[^\r\n]*)*/y;

/** Where a collection ends: where its last part does or, in brackets, behind the closing one. */
function closingEnd(text: string, event: NodeEvent | undefined, end: number): number {
  if (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) return end;
  const bracket = text.charAt(event.start);
  if (event.style !== COLLECTION_STYLE.FLOW || (bracket !== '{' && bracket !== '[')) return end;
  toBracket.lastIndex = Math.max(end, event.start + 1);
  toBracket.test(text);
  const closing = text.charAt(toBracket.lastIndex);
  return closing === '}' || closing === ']' ? toBracket.lastIndex + 1 : end;
}
