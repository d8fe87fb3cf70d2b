import { RE2JS, RE2JSException } from 're2js';
import { Dfa } from './dfa.ts';
import { withoutGroupNames } from './group-names.ts';
import { literalTest, type Test } from './literal.ts';
import { toNfa } from './nfa.ts';
import { parse } from './parse.ts';

/** A test by an automaton of our own, where the pattern is plain enough; several times as fast as re2js. */
function automatonTest(pattern: string, compiled: RE2JS): Test | undefined {
  const node = parse(pattern);
  const nfa = node && toNfa(node);
  if (nfa === undefined) return undefined;
  const dfa = new Dfa(nfa);
  return (text) => dfa.test(text) ?? compiled.test(text);
}

/** A regular expression in RE2's syntax as Go has it, matching in time linear in the text. */
export class Regex {
  readonly pattern: string;
  /** Whether the pattern matches anywhere in the text. */
  readonly test: Test;
  readonly #compiled: RE2JS;
  /** Whether the test is quick enough to be made before a search. */
  readonly #isQuick: boolean;

  constructor(pattern: string, compiled: RE2JS) {
    this.pattern = pattern;
    this.#compiled = compiled;
    const quick = literalTest(pattern) ?? automatonTest(pattern, compiled);
    this.#isQuick = quick !== undefined;
    this.test = quick ?? ((text) => compiled.test(text));
  }

  /** The leftmost match, or an empty text where there is none. */
  find(text: string): string {
    if (this.#isQuick && !this.test(text)) return '';
    const matcher = this.#compiled.matcher(text);
    return matcher.find() ? text.slice(matcher.start(), matcher.end()) : '';
  }

  /**
   * The successive matches that do not overlap, as Go's FindAllString: an empty match right after another is none.
   * @param limit how many at most; all if negative
   */
  findAll(text: string, limit: number): string[] {
    const found: string[] = [];
    if (limit === 0 || (this.#isQuick && !this.test(text))) return found;
    const matcher = this.#compiled.matcher(text);
    let previousEnd = -1;
    while (found.length !== limit && matcher.find()) {
      const start = matcher.start();
      const end = matcher.end();
      if (start === end && start === previousEnd) continue;
      previousEnd = end;
      found.push(text.slice(start, end));
    }
    return found;
  }
}

/** What became of a pattern: a regular expression, or what is wrong with it in RE2's words. */
export type Compiled =
  | { readonly ok: true; readonly regex: Regex }
  | { readonly ok: false; readonly message: string };

function compilePattern(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return error.message;
  }
}

function compileAnew(pattern: string): Compiled {
  let compiled = compilePattern(pattern);
  // Go lets two groups have one name, re2js does not; nothing here reads groups.
  if (typeof compiled === 'string' && compiled.includes('duplicate capture group name')) {
    compiled = compilePattern(withoutGroupNames(pattern));
  }
  return typeof compiled === 'string'
    ? { ok: false, message: compiled }
    : { ok: true, regex: new Regex(pattern, compiled) };
}

const cache = new Map<string, Compiled>();
const maxCached = 512;
const maxCachedLength = 4096;

/** Compiles a pattern, or finds it among the last few hundred. */
export function compile(pattern: string): Compiled {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = compileAnew(pattern);
  if (pattern.length <= maxCachedLength) {
    if (cache.size >= maxCached) cache.clear();
    cache.set(pattern, compiled);
  }
  return compiled;
}
