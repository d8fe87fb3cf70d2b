/**
 * Warnings as values of HTTP `Warning` headers, as the API server writes them (apimachinery util/net
 * `NewWarningHeader`): code 299, agent `-`, the text quoted.
 *
 * The API server puts UTF-8 on the wire, where Node takes one character for one byte and throws on any above 255.
 * The text is therefore handed to Node as the bytes of its UTF-8.
 */
export function warningHeaders(warnings: readonly string[]): string[] {
  return warnings.map((text) => {
    const line = text.replaceAll(/\p{Cc}+/gu, ' ').replaceAll(/["\\]/g, '\\$&');
    return `299 - "${Buffer.from(line, 'utf8').toString('latin1')}"`;
  });
}
