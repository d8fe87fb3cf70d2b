import { utf8Length } from './text-points.ts';

/**
 * Kubernetes' rules for names (k8s.io/apimachinery pkg/util/validation). Each takes a text and gives what is wrong
 * with it, nothing if all is well.
 */

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const dns1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const simpleName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** The number of bytes is what counts, and only for ASCII does JavaScript's length give it. */
const isLonger = (text: string, limit: number): boolean =>
  text.length > limit || (text.length * 3 > limit && utf8Length(text) > limit);

function check(text: string, limit: number, form: RegExp, rule: string): string[] {
  const problems: string[] = [];
  if (isLonger(text, limit)) problems.push(`must be no more than ${limit} characters`);
  if (!form.test(text)) problems.push(rule);
  return problems;
}

/** A label of RFC 1123: `my-name`, at most 63 bytes. */
export function dns1123LabelProblems(text: string): string[] {
  const rule = subdomain.test(text)
    ? 'must not contain dots'
    : "a lowercase RFC 1123 label has only lower case alphanumeric characters or '-', with an alphanumeric character at its start and its end, for example 'my-name' or '123-abc'";
  return check(text, 63, label, rule);
}

/** A subdomain of RFC 1123: `example.com`, at most 253 bytes. */
export function dns1123SubdomainProblems(text: string): string[] {
  return check(
    text,
    253,
    subdomain,
    "a lowercase RFC 1123 subdomain has only lower case alphanumeric characters, '-' or '.', each part with an alphanumeric character at its start and its end, for example 'example.com'",
  );
}

/** A label of RFC 1035, which begins with a letter, at most 63 bytes. */
export function dns1035LabelProblems(text: string): string[] {
  return check(
    text,
    63,
    dns1035,
    "a DNS-1035 label has only lower case alphanumeric characters or '-', with an alphabetic character at its start and an alphanumeric character at its end, for example 'my-name' or 'abc-123'",
  );
}

const nameRule =
  "must consist of alphanumeric characters, '-', '_' or '.', with an alphanumeric character at its start and its end, for example 'MyName' or 'my.name'";

/** The key of a label or annotation: a name of at most 63 bytes, perhaps after a subdomain and a slash. */
export function qualifiedNameProblems(text: string): string[] {
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2)
    return [`${nameRule}, and may have one DNS subdomain before a '/', for example 'example.com/MyName'`];
  const problems: string[] = [];
  if (second !== undefined) {
    if (first === '') problems.push('prefix part must be non-empty');
    else problems.push(...dns1123SubdomainProblems(first).map((problem) => `prefix part ${problem}`));
  }
  const name = second ?? first;
  if (name === '') problems.push('name part must be non-empty');
  else if (isLonger(name, 63)) problems.push('name part must be no more than 63 bytes');
  if (!simpleName.test(name)) problems.push(`name part ${nameRule}`);
  return problems;
}

/** The value of a label: empty, or a name of at most 63 bytes. */
export function labelValueProblems(text: string): string[] {
  const problems: string[] = [];
  if (isLonger(text, 63)) problems.push('must be no more than 63 bytes');
  if (text !== '' && !simpleName.test(text)) {
    problems.push(
      "a valid label is empty, or has only alphanumeric characters, '-', '_' or '.', with an alphanumeric character at its start and its end, for example 'MyValue' or '12345'",
    );
  }
  return problems;
}

/**
 * A name that something will be appended to may end in a dash. The last two characters count as one letter, so that
 * what stands before the dash is not looked at.
 */
export function withoutTrailingDash(text: string): string {
  if (text.length < 2 || !text.endsWith('-') || text.charCodeAt(text.length - 2) > 127) return text;
  return `${text.slice(0, -2)}a`;
}
