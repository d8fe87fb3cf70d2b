import { beyondAscii, type CharacterSet, type Node } from './ast.ts';
import { anyButNewline, escapedCode, not, perlClasses, setOf, single, union } from './sets.ts';

const groupStart = /\((?:\?(?::|P?<[0-9A-Za-z_]+>))?/y;
const bounds = /\{(\d+)(?:(,)(\d*))?\}/y;

/** Thrown inside this file for what the parser does not know; `parse` turns it into undefined. */
class Unsupported extends Error {}

class Parser {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  all(): Node {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) throw new Unsupported();
    return node;
  }

  #choice(): Node {
    const branches = [this.#sequence()];
    while (this.#pattern[this.#at] === '|') {
      this.#at++;
      branches.push(this.#sequence());
    }
    return branches.length === 1 ? (branches[0] as Node) : { kind: 'choice', branches };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#pattern.length) {
      const c = this.#pattern.charAt(this.#at);
      if (c === '|' || c === ')') break;
      parts.push(this.#repeated(this.#atom(c)));
    }
    return parts.length === 1 ? (parts[0] as Node) : { kind: 'sequence', parts };
  }

  #atom(c: string): Node {
    switch (c) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', set: this.#bracket() };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw new Unsupported();
      default:
        break;
    }
    this.#at++;
    if (c === '^') return { kind: 'begin' };
    if (c === '$') return { kind: 'end' };
    if (c === '.') return { kind: 'set', set: anyButNewline };
    const code = c.charCodeAt(0);
    if (code >= beyondAscii) throw new Unsupported();
    return { kind: 'set', set: single(code) };
  }

  #group(): Node {
    groupStart.lastIndex = this.#at;
    const opening = groupStart.exec(this.#pattern)?.[0] ?? '';
    // What is left of `(?i)` and its kind: a lone parenthesis before a question mark.
    if (opening === '(' && this.#pattern[this.#at + 1] === '?') throw new Unsupported();
    if (++this.#depth > 50) throw new Unsupported();
    this.#at += opening.length;
    const node = this.#choice();
    if (this.#pattern[this.#at] !== ')') throw new Unsupported();
    this.#at++;
    this.#depth--;
    return node;
  }

  #escape(): Node {
    const c = this.#pattern.charAt(this.#at + 1);
    this.#at += 2;
    if (c === 'A') return { kind: 'begin' };
    if (c === 'z') return { kind: 'end' };
    if (c === 'b' || c === 'B') return { kind: 'boundary' };
    return { kind: 'set', set: perlClasses.get(c) ?? single(this.#code(c)) };
  }

  #code(escaped: string): number {
    const code = escapedCode(escaped);
    if (code === undefined) throw new Unsupported();
    return code;
  }

  #bracket(): CharacterSet {
    this.#at++;
    const negated = this.#pattern[this.#at] === '^';
    if (negated) this.#at++;
    let set: CharacterSet = setOf(() => false);
    // A closing bracket that comes first stands for itself.
    for (let first = true; first || this.#pattern[this.#at] !== ']'; first = false) {
      set = union(set, this.#member());
    }
    this.#at++;
    return negated ? not(set) : set;
  }

  #member(): CharacterSet {
    if (this.#pattern.startsWith('[:', this.#at)) throw new Unsupported();
    if (this.#pattern[this.#at] === '\\') {
      const perl = perlClasses.get(this.#pattern.charAt(this.#at + 1));
      if (perl !== undefined) {
        this.#at += 2;
        return perl;
      }
    }
    const low = this.#character();
    if (this.#pattern[this.#at] !== '-' || this.#pattern[this.#at + 1] === ']') return single(low);
    this.#at++;
    const high = this.#character();
    return setOf((code) => code >= low && code <= high);
  }

  #character(): number {
    const c = this.#pattern.charAt(this.#at);
    if (c === '\\') {
      this.#at += 2;
      return this.#code(this.#pattern.charAt(this.#at - 1));
    }
    this.#at++;
    const code = c.charCodeAt(0);
    if (Number.isNaN(code) || code >= beyondAscii) throw new Unsupported();
    return code;
  }

  #repeated(part: Node): Node {
    const [min, max] = this.#bounds();
    if (min === 1 && max === 1) return part;
    if (part.kind === 'begin' || part.kind === 'end' || part.kind === 'boundary') throw new Unsupported();
    // Whether few or many are preferred makes no difference to whether there is a match.
    if (this.#pattern[this.#at] === '?') this.#at++;
    return { kind: 'repeat', part, min, max };
  }

  #bounds(): readonly [min: number, max: number] {
    const c = this.#pattern[this.#at];
    if (c === '*' || c === '+' || c === '?') {
      this.#at++;
      return [c === '+' ? 1 : 0, c === '?' ? 1 : Number.POSITIVE_INFINITY];
    }
    if (c !== '{') return [1, 1];
    bounds.lastIndex = this.#at;
    const match = bounds.exec(this.#pattern);
    // A brace that bounds nothing stands for itself.
    if (match === null) return [1, 1];
    const [whole, low = '', comma, high] = match;
    this.#at += whole.length;
    if (comma === undefined) {
      // One exactly is a repetition too, and may be followed by the mark of a lazy one.
      if (low === '1' && this.#pattern[this.#at] === '?') this.#at++;
      return [Number(low), Number(low)];
    }
    if (high === '' || high === undefined) return [Number(low), Number.POSITIVE_INFINITY];
    if (low === '1' && high === '1' && this.#pattern[this.#at] === '?') this.#at++;
    return [Number(low), Number(high)];
  }
}

/**
 * Reads the plain part of RE2's syntax: characters and sets of ASCII, `.`, groups, alternatives, repetition, the
 * ends of the text and of words. The pattern has to be valid.
 * @returns undefined where the pattern has anything else: flags, Unicode
 */
export function parse(pattern: string): Node | undefined {
  try {
    return new Parser(pattern).all();
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}
