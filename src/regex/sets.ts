import { beyondAscii, type CharacterSet, symbols } from './ast.ts';

/** The set of the characters for which `holds`, told by their codes; 128 asks about all beyond ASCII. */
export function setOf(holds: (code: number) => boolean): CharacterSet {
  return Array.from({ length: symbols }, (_, code) => holds(code));
}

export const not = (set: CharacterSet): CharacterSet => set.map((member) => !member);
export const single = (wanted: number): CharacterSet => setOf((code) => code === wanted);
export const union = (a: CharacterSet, b: CharacterSet): CharacterSet =>
  a.map((member, i) => member || b[i] === true);

const isDigit = (code: number) => code >= 48 && code <= 57;
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

const digit = setOf(isDigit);
const word = setOf((code) => isDigit(code) || isLetter(code) || code === 95);
const space = setOf((code) => code === 9 || code === 10 || code === 12 || code === 13 || code === 32);

/** `.`: all but the newline. */
export const anyButNewline = setOf((code) => code !== 10);

/** RE2's Perl classes, which are of ASCII; their opposites hold all beyond it. */
export const perlClasses: ReadonlyMap<string, CharacterSet> = new Map([
  ['d', digit],
  ['D', not(digit)],
  ['w', word],
  ['W', not(word)],
  ['s', space],
  ['S', not(space)],
]);

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['t', 9],
  ['n', 10],
  ['r', 13],
  ['v', 11],
]);

/** The code of an escaped character: punctuation, or a control character's letter; undefined for what means more. */
export function escapedCode(character: string): number | undefined {
  const code = character.charCodeAt(0);
  if (Number.isNaN(code) || code >= beyondAscii) return undefined;
  return isDigit(code) || isLetter(code) ? controls.get(character) : code;
}
