/** What a registry asks for in a 401: a scheme in lower case, and its parameters. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const space = /[ \t]*/y;
const separators = /[ \t,]*/y;
const token68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const longest = 8192;

/**
 * Reads WWW-Authenticate: challenges and their parameters, all separated by commas (RFC 9110, section 11.6.1). What comes after
 * something that is not of that form is left out.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const text = header.slice(0, longest);
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | undefined => {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match === null) return undefined;
    at = form.lastIndex;
    return match;
  };
  while (at < text.length) {
    take(separators);
    const word = take(token)?.[0];
    if (word === undefined) break;
    take(space);
    if (text[at] === '=') {
      at++;
      take(space);
      const value = take(quoted)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? take(token)?.[0];
      const current = challenges.at(-1);
      if (value === undefined || current === undefined) break;
      const name = word.toLowerCase();
      // The first of two counts: a proxy in between can only have added the second.
      if (!current.parameters.has(name)) current.parameters.set(name, value);
    } else {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      // `Negotiate abc==`: nothing that is spoken here.
      if (!/^[^,]*=[^=]/.test(text.slice(at, at + 200))) take(token68);
    }
  }
  return challenges;
}
