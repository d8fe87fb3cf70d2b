import { RE2JS, RE2JSException } from 're2js';
import { Dfa } from './dfa.ts';
import { withoutGroupNames } from './group-names.ts';
import { literalTest, type Test } from './literal.ts';
import { hasBoundary, shortest } from './measure.ts';
import { type Nfa, toNfa } from './nfa.ts';
import { parse } from './parse.ts';
import { mayReadFarWithoutMatch } from './reach.ts';

// How many characters a search for all matches may read, where each match may have it read far.
const maxReading = 1 << 23;

/** A regular expression in RE2's syntax as Go has it, matching in time linear in the text. */
export class Regex {
  readonly pattern: string;
  /** Whether the pattern matches anywhere in the text. */
  readonly test: Test;
  readonly #compiled: RE2JS;
  readonly #nfa: Nfa | undefined;
  /** Whether the test is quick enough to be made before a search. */
  readonly #isQuick: boolean;
  #readsFar: boolean | undefined;

  constructor(pattern: string, compiled: RE2JS) {
    this.pattern = pattern;
    this.#compiled = compiled;
    const node = parse(pattern);
    const nfa = node && toNfa(node);
    const isExact = node !== undefined && !hasBoundary(node);
    this.#nfa = isExact ? nfa : undefined;
    // An automaton of our own is several times as fast as re2js, where the pattern is plain enough for it.
    const quick = literalTest(pattern) ?? (nfa && automatonTest(nfa, compiled, isExact));
    this.#isQuick = quick !== undefined;
    this.test = longEnough(node === undefined ? 0 : shortest(node), quick ?? ((text) => compiled.test(text)));
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
   * @returns undefined where it would take long: each search is linear, but a pattern such as `a.*c|b` may have the
   *   rest of the text read at each match
   */
  findAll(text: string, limit: number): string[] | undefined {
    const found: string[] = [];
    if (limit === 0 || (this.#isQuick && !this.test(text))) return found;
    const matcher = this.#compiled.matcher(text);
    let previousEnd = -1;
    let reading = 0;
    while (found.length !== limit && matcher.find()) {
      const start = matcher.start();
      const end = matcher.end();
      reading += text.length - start;
      if (reading > maxReading && this.#mayReadFar()) return undefined;
      if (start === end && start === previousEnd) continue;
      previousEnd = end;
      found.push(text.slice(start, end));
    }
    return found;
  }

  #mayReadFar(): boolean {
    this.#readsFar ??= this.#nfa === undefined || mayReadFarWithoutMatch(this.#nfa);
    return this.#readsFar;
  }
}

/** @param isExact whether the automaton matches nothing that the pattern does not */
function automatonTest(nfa: Nfa, compiled: RE2JS, isExact: boolean): Test {
  // Many patterns are loaded and never used: the automaton's tables can wait.
  let dfa: Dfa | undefined;
  if (isExact) {
    return (text) => {
      dfa ??= new Dfa(nfa);
      return dfa.test(text) ?? compiled.test(text);
    };
  }
  return (text) => {
    dfa ??= new Dfa(nfa);
    return dfa.test(text) !== false && compiled.test(text);
  };
}

/** A key is long, and most texts that are searched for one are short. */
function longEnough(length: number, test: Test): Test {
  return length === 0 ? test : (text) => text.length >= length && test(text);
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

// Who tests many texts by one pattern that is worked out anew each time has it compared, not looked up.
let last: { readonly pattern: string; readonly compiled: Compiled } | undefined;
const cache = new Map<string, Compiled>();
const maxCached = 512;
const maxCachedLength = 4096;

/** Compiles a pattern, or finds it among the last few hundred. */
export function compile(pattern: string): Compiled {
  if (last?.pattern === pattern) return last.compiled;
  let compiled = cache.get(pattern);
  if (compiled === undefined) {
    compiled = compileAnew(pattern);
    if (pattern.length > maxCachedLength) return compiled;
    if (cache.size >= maxCached) cache.clear();
    cache.set(pattern, compiled);
  }
  last = { pattern, compiled };
  return compiled;
}
