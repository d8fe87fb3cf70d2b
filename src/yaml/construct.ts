import { EVENT_ID, type Event, type MappingEvent, type ScalarEvent, type SequenceEvent } from 'js-yaml';
import { isMergeKey, scalarKey, scalarSpan, scalarValue, tagOf } from './events.ts';
import { deepest, mostAliased } from './limits.ts';
import type { TextProblem } from './problem.ts';
import { NoJson } from './scalar.ts';
import { isMapping, type MutableObject, measure, set } from './values.ts';

interface Anchor {
  readonly value: unknown;
  /** Values in it, itself included, and levels; counted when it is first referred to. */
  size?: number;
  depth?: number;
}

/** Stands for a value that has a problem; it never reaches the outside. */
const broken = Symbol('broken');

/**
 * Makes the value of the document whose events these are. What Kubernetes would not read is a problem, and the
 * value then is not to be used. An aliased value is one object wherever it appears.
 */
export function construct(
  text: string,
  events: readonly Event[],
): { value: unknown; problems: TextProblem[] } {
  const builder = new Builder(text, events);
  const value = builder.document();
  return { value, problems: builder.problems };
}

class Builder {
  readonly problems: TextProblem[] = [];
  readonly #text: string;
  readonly #events: readonly Event[];
  #next = 0;
  #aliased = 0;
  #anchors: Map<string, Anchor | undefined> | undefined;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  document(): unknown {
    this.#next = 1;
    const event = this.#events[this.#next];
    return event === undefined || event.type === EVENT_ID.POP ? null : this.#value(0);
  }

  #value(depth: number): unknown {
    const event = this.#events[this.#next++];
    switch (event?.type) {
      case EVENT_ID.SCALAR: {
        const value = this.#scalar(event);
        if (event.anchorStart >= 0) this.#anchor(event, value);
        return value;
      }
      case EVENT_ID.MAPPING:
        return this.#collection(event, () => this.#mapping(depth));
      case EVENT_ID.SEQUENCE:
        return this.#collection(event, () => this.#list(depth));
      case EVENT_ID.ALIAS:
        return this.#alias(event, depth);
      default:
        throw new Error('the events of a document end before it does');
    }
  }

  #scalar(event: ScalarEvent): unknown {
    const value = scalarValue(this.#text, event);
    if (value === undefined) {
      const { start, end } = scalarSpan(this.#text, event, event.tagEnd);
      const tag = tagOf(this.#text, event);
      return this.#fail(
        'AB1004',
        `\`${this.#shown(start, end)}\` is not of the type \`!!${tag}\``,
        start,
        end,
      );
    }
    if (value instanceof NoJson) {
      const { start, end } = scalarSpan(this.#text, event, event.tagEnd);
      return this.#fail(
        'AB1004',
        `\`${this.#shown(start, end)}\` is ${value.what}, which JSON cannot hold`,
        start,
        end,
        'put it in quotes if it is meant as text',
      );
    }
    return value;
  }

  #collection(event: MappingEvent | SequenceEvent, read: () => unknown): unknown {
    if (event.anchorStart < 0) return read();
    // Known but without a value while it is being read, so that an alias inside is seen to be circular.
    this.#anchors ??= new Map();
    const name = this.#text.slice(event.anchorStart, event.anchorEnd);
    this.#anchors.set(name, undefined);
    const value = read();
    this.#anchors.set(name, { value });
    return value;
  }

  #list(depth: number): unknown {
    const list: unknown[] = [];
    while (this.#events[this.#next]?.type !== EVENT_ID.POP) list.push(this.#value(depth + 1));
    this.#next++;
    return list;
  }

  #mapping(depth: number): unknown {
    const object: MutableObject = {};
    let merged: Set<string> | undefined;
    for (;;) {
      const event = this.#events[this.#next];
      if (event?.type === EVENT_ID.POP) {
        this.#next++;
        return object;
      }
      if (event?.type === EVENT_ID.SCALAR && isMergeKey(this.#text, event)) {
        this.#next++;
        merged ??= new Set();
        this.#merge(object, merged, event, depth);
        continue;
      }
      const key = this.#key(depth);
      const value = this.#value(depth + 1);
      if (key === undefined || event === undefined) continue;
      if (Object.hasOwn(object, key) && merged?.delete(key) !== true) this.#duplicate(key, event);
      else set(object, key, value);
    }
  }

  #key(depth: number): string | undefined {
    const event = this.#events[this.#next];
    if (event?.type === EVENT_ID.SCALAR) {
      this.#next++;
      const key = scalarKey(this.#text, event);
      if (event.anchorStart >= 0) this.#anchor(event, key);
      if (key === undefined) {
        const { start, end } = scalarSpan(this.#text, event, event.tagEnd);
        this.#fail(
          'AB1004',
          `\`${this.#shown(start, end)}\` cannot be a key`,
          start,
          end,
          'put it in quotes',
        );
      }
      return key;
    }
    const start = event === undefined || !('start' in event) ? this.#aliasStart(event) : event.start;
    const value = this.#value(depth + 1);
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (value !== broken)
      this.#fail('AB1004', 'a key must be text, not a list or a mapping', start, start + 1);
    return undefined;
  }

  /**
   * Takes over the pairs of other mappings in the order that go-yaml v2 does: over keys before the `<<`, under
   * those after it; in a list the earlier mapping has the last word.
   */
  #merge(object: MutableObject, merged: Set<string>, event: ScalarEvent, depth: number): void {
    const value = this.#value(depth + 1);
    if (value === broken) return;
    const sources: readonly unknown[] = Array.isArray(value) ? value.toReversed() : [value];
    for (const source of sources) {
      if (source === broken) continue;
      if (!isMapping(source)) {
        this.#fail('AB1007', '`<<` merges a mapping or a list of mappings', event.valueStart, event.valueEnd);
        return;
      }
      for (const key of Object.keys(source)) {
        if (++this.#aliased > mostAliased) return void this.#tooMuch(event.valueStart, event.valueEnd);
        set(object, key, source[key]);
        merged.add(key);
      }
    }
  }

  #alias(event: Event & { type: typeof EVENT_ID.ALIAS }, depth: number): unknown {
    const [start, end] = [event.anchorStart - 1, event.anchorEnd];
    const name = this.#text.slice(event.anchorStart, event.anchorEnd);
    const anchor = this.#anchors?.get(name);
    if (anchor === undefined) {
      return this.#anchors?.has(name) === true
        ? this.#fail('AB1007', `\`*${name}\` stands inside what it refers to`, start, end)
        : this.#fail(
            'AB1007',
            `\`*${name}\` refers to nothing`,
            start,
            end,
            `mark a value before it with \`&${name}\``,
          );
    }
    if (anchor.size === undefined) Object.assign(anchor, measure(anchor.value, mostAliased));
    this.#aliased += anchor.size ?? 1;
    if (this.#aliased > mostAliased) return this.#tooMuch(start, end);
    if (depth + (anchor.depth ?? 0) > deepest) {
      return this.#fail('AB1005', 'the document is nested too deeply', start, end, depthHelp);
    }
    return anchor.value;
  }

  #anchor(event: ScalarEvent, value: unknown): void {
    this.#anchors ??= new Map();
    this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), { value });
  }

  #duplicate(key: string, event: Event): void {
    const { start, end } =
      event.type === EVENT_ID.SCALAR
        ? scalarSpan(this.#text, event, event.tagEnd)
        : { start: this.#aliasStart(event), end: this.#aliasStart(event) + 1 };
    const written = this.#text.slice(start, end).replaceAll(/^["']|["']$/g, '');
    const help =
      written === key
        ? undefined
        : `\`${written.slice(0, 60)}\` is read as \`${key.slice(0, 60)}\` without quotes`;
    this.#fail(
      'AB1003',
      `the key \`${key.slice(0, 60)}\` is given twice`,
      start,
      end,
      help ?? 'leave one of them out',
    );
  }

  /** Said once: everything behind it is too much as well. */
  #tooMuch(start: number, end: number): unknown {
    if (this.problems.some(({ code }) => code === 'AB1006')) return broken;
    const message = `aliases stand for more than ${mostAliased} values`;
    return this.#fail('AB1006', message, start, end, 'write fewer of them');
  }

  #aliasStart(event: Event | undefined): number {
    return event?.type === EVENT_ID.ALIAS ? event.anchorStart - 1 : 0;
  }

  #shown(start: number, end: number): string {
    return this.#text.slice(start, Math.min(end, start + 60));
  }

  #fail(code: TextProblem['code'], message: string, start: number, end: number, help?: string): unknown {
    this.problems.push(
      help === undefined ? { code, message, start, end } : { code, message, help, start, end },
    );
    return broken;
  }
}

/** What to do about a document that is nested too deeply. */
export const depthHelp = `at most ${deepest} levels are read`;
