/** The parts of a URL that differ in what has to be escaped. */
export type Part = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment';

const hostCharacters = '!$&\'()*+,;=:[]<>"';
const unreserved = '-_.~';
// What stays as it is in each part, besides letters, digits and unreserved characters (Go net/url, shouldEscape).
const kept: Readonly<Record<Part, string>> = {
  path: '$&+,/:;=@',
  host: hostCharacters,
  zone: hostCharacters,
  user: '$&+,;=',
  query: '',
  fragment: '$&+,/:;=?@!()*',
};

const alphanumeric = /[0-9A-Za-z]/;

function tableOf(part: Part): readonly boolean[] {
  return Array.from({ length: 256 }, (_, code) => {
    const c = String.fromCharCode(code);
    return !(alphanumeric.test(c) || unreserved.includes(c) || kept[part].includes(c));
  });
}

const tables: Readonly<Record<Part, readonly boolean[]>> = {
  path: tableOf('path'),
  host: tableOf('host'),
  zone: tableOf('zone'),
  user: tableOf('user'),
  query: tableOf('query'),
  fragment: tableOf('fragment'),
};

/** Whether the byte has to be escaped in this part. */
export function mustEscape(code: number, part: Part): boolean {
  return tables[part][code] ?? true;
}

/** Escapes bytes that this part cannot hold. */
export function escapeBytes(bytes: string, part: Part): string {
  let escaped = '';
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes.charCodeAt(i);
    if (!mustEscape(code, part)) escaped += bytes[i];
    else escaped += `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
  }
  return escaped;
}

const escapeForm = /^%[0-9A-Fa-f]{2}$/;

/** An outcome that tells bytes from the reason why there are none. */
export type Unescaped = { readonly bytes: string } | { readonly problem: string };

/** Undoes percent escapes; a `+` in a query is a space. */
export function unescapeBytes(text: string, part: Part): Unescaped {
  let bytes = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 37) {
      const sequence = text.slice(i, i + 3);
      if (!escapeForm.test(sequence)) return { problem: `\`${sequence}\` is not a valid escape` };
      const value = Number.parseInt(sequence.slice(1), 16);
      // A host may escape only what is not ASCII, a zone only what it could hold unescaped, and both a `%`.
      const forbidden =
        part === 'host' ? value < 128 : part === 'zone' ? value !== 32 && mustEscape(value, 'host') : false;
      if (forbidden && sequence !== '%25')
        return { problem: `\`${sequence}\` is not a valid escape in a host` };
      bytes += String.fromCharCode(value);
      i += 2;
    } else if (code === 43 && part === 'query') bytes += ' ';
    else {
      if ((part === 'host' || part === 'zone') && code < 128 && mustEscape(code, part)) {
        return { problem: `\`${text[i]}\` is not a valid character in a host` };
      }
      bytes += text[i];
    }
  }
  return { bytes };
}
