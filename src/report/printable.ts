/**
 * C0 and C1 controls, the separators that end a line, and the marks that turn the reading direction: what
 * could hide or rewrite other output when it stands in a name, a message or a line of a manifest.
 */
const unprintable = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text on one line, everything that a terminal would act upon shown as an escape (`\u001b`). */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
