import { parseFilter } from './filter.ts';
import type { Filter, PathStep } from './path.ts';
import { type PathProblem, Scanner } from './scanner.ts';

/**
 * How a path may be written: `full` begins at the root, `$.spec.containers`; `relative` is the same without
 * `$.`; `any` takes both.
 */
export type PathForm = 'full' | 'relative' | 'any';

export type ParsedPath =
  | { readonly ok: true; readonly steps: readonly PathStep[] }
  | { readonly ok: false; readonly problem: PathProblem };

const longestPath = 4096;
const mostSteps = 100;
const mostMembers = 100;

/** Letters, digits, `_`, `$`, `-` and whatever is beyond ASCII; RFC 9535 has no `-`, Kubernetes' names do. */
const name = /[A-Za-z_$\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff-]*/y;

/**
 * Reads a JSONPath (RFC 9535: https://www.rfc-editor.org/rfc/rfc9535). What can be harmful or has no use on
 * Kubernetes objects is refused: scripts, parent and property-name selectors, functions, more than one `..`.
 */
export function parseSteps(text: string, form: PathForm): ParsedPath {
  const scanner = new Scanner(text);
  if (text.length > longestPath) {
    scanner.fail(`the path is longer than ${longestPath} characters`, undefined, 0, text.length);
  }
  const steps = scanner.problem === undefined ? readPath(scanner, form) : undefined;
  if (scanner.problem !== undefined) return { ok: false, problem: scanner.problem };
  return { ok: true, steps: steps ?? [] };
}

function readPath(scanner: Scanner, form: PathForm): PathStep[] | undefined {
  if (!readStart(scanner, form)) return undefined;
  const steps: PathStep[] = [];
  let first = scanner.position === 0;
  while (!scanner.atEnd) {
    if (steps.length >= mostSteps) return scanner.fail(`the path has more than ${mostSteps} steps`);
    const offset = scanner.position;
    if (scanner.take('..')) {
      if (steps.some((step) => step.kind === 'descent')) {
        return scanner.fail('`..` can be used once in a path', undefined, offset, 2);
      }
      steps.push({ kind: 'descent' });
      if (scanner.peek() !== '[' && !readName(scanner, steps)) return undefined;
      if (scanner.peek() !== '[') {
        first = false;
        continue;
      }
    }
    if (scanner.peek() === '[') {
      if (!readBrackets(scanner, steps)) return undefined;
    } else if (first || scanner.take('.')) {
      if (!readName(scanner, steps)) return undefined;
    } else return unexpected(scanner);
    first = false;
  }
  return steps;
}

function readStart(scanner: Scanner, form: PathForm): boolean {
  const { text } = scanner;
  if (text === '') scanner.fail('the path is empty');
  else if (text.startsWith('{')) {
    scanner.fail('a path has no braces around it', 'leave out `{` and `}`', 0, 1);
  } else if (text.startsWith('@')) {
    scanner.fail('`@` has a meaning inside a filter only', 'begin with a name', 0, 1);
  } else if (/^\.(?!\.)/.test(text)) {
    scanner.fail('a path does not begin with a dot', `write \`${shortened(text.slice(1))}\``, 0, 1);
  } else if (/^\$(?![A-Za-z0-9_$-])/.test(text)) {
    if (form === 'relative') {
      const rest = text.replace(/^\$\.?/, '');
      const help = rest === '' ? undefined : `write \`${shortened(rest)}\``;
      scanner.fail('the path is relative and has no `$`', help, 0, 1);
    } else scanner.take('$');
  } else if (form === 'full') {
    scanner.fail('the path does not begin with `$`', `write \`$.${shortened(text)}\``, 0, 0);
  }
  return scanner.problem === undefined;
}

function readName(scanner: Scanner, steps: PathStep[]): boolean {
  if (scanner.take('*')) {
    steps.push({ kind: 'wildcard' });
    return true;
  }
  name.lastIndex = scanner.position;
  const found = name.exec(scanner.text)?.[0];
  if (found === undefined) {
    const help = /[0-9]/.test(scanner.peek()) ? 'an item of a list is written `[0]`' : undefined;
    scanner.fail(`expected a name, found ${scanner.next}`, help);
    return false;
  }
  scanner.position = name.lastIndex;
  steps.push({ kind: 'name', name: found });
  return true;
}

/** Says what is meant to stand where something else does. */
function unexpected(scanner: Scanner): undefined {
  const next = scanner.peek();
  if (next === '~' || next === '^') {
    return scanner.fail(`\`${next}\` is not available`, 'select the value itself');
  }
  if (next === '/' || next === '\\') {
    return scanner.fail(
      `unexpected \`${next}\``,
      'put an odd name in brackets and quotes: `metadata.labels["app.kubernetes.io/name"]`',
    );
  }
  if (next === '(') return scanner.fail('functions are not available');
  return scanner.fail(`expected \`.\` or \`[\`, found ${scanner.next}`);
}

function readBrackets(scanner: Scanner, steps: PathStep[]): boolean {
  const open = scanner.position;
  scanner.take('[');
  scanner.skipBlanks();
  if (scanner.peek() === '?') return readFilter(scanner, steps, open);
  if (scanner.peek() === '(') {
    scanner.fail('scripts are not available', 'count from the end with a negative index: `[-1]`');
    return false;
  }
  const members: PathStep[] = [];
  do {
    scanner.skipBlanks();
    if (members.length >= mostMembers) {
      scanner.fail(`more than ${mostMembers} members in one pair of brackets`);
      return false;
    }
    const member = readMember(scanner);
    if (member === undefined) return false;
    members.push(member);
    scanner.skipBlanks();
  } while (scanner.take(','));
  if (!close(scanner, open)) return false;
  const step = combine(scanner, members, open);
  if (step !== undefined) steps.push(step);
  return step !== undefined;
}

function readMember(scanner: Scanner): PathStep | undefined {
  const next = scanner.peek();
  if (scanner.take('*')) return { kind: 'wildcard' };
  if (next === '"' || next === "'") {
    const value = scanner.quoted();
    return value === undefined ? undefined : { kind: 'name', name: value };
  }
  if (/[-0-9:]/.test(next)) return readIndexOrSlice(scanner);
  name.lastIndex = scanner.position;
  const bare = name.exec(scanner.text)?.[0];
  if (bare !== undefined) {
    const end = scanner.text.indexOf(']', scanner.position);
    const whole = end < 0 ? bare : scanner.text.slice(scanner.position, end).trim();
    return scanner.fail(
      `\`${shortened(whole)}\` has no quotes`,
      `write \`["${shortened(whole)}"]\``,
      scanner.position,
      whole.length,
    );
  }
  return scanner.fail(`expected a name in quotes, a number or \`*\`, found ${scanner.next}`);
}

function readIndexOrSlice(scanner: Scanner): PathStep | undefined {
  const offset = scanner.position;
  const numbers: (number | undefined)[] = [];
  for (;;) {
    scanner.skipBlanks();
    if (/[-0-9]/.test(scanner.peek())) {
      const value = scanner.integer();
      if (value === undefined) return undefined;
      numbers.push(value);
    } else numbers.push(undefined);
    scanner.skipBlanks();
    if (numbers.length > 3)
      return scanner.fail('a slice has at most three numbers: `[start:end:step]`', undefined, offset);
    if (!scanner.take(':')) break;
  }
  const [start, end, step = 1] = numbers;
  if (numbers.length === 1) return start === undefined ? undefined : { kind: 'index', index: start };
  if (step === 0)
    return scanner.fail('a slice with step 0 selects nothing', undefined, offset, scanner.position - offset);
  return {
    kind: 'slice',
    step,
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  };
}

function combine(scanner: Scanner, members: readonly PathStep[], open: number): PathStep | undefined {
  const [only] = members;
  if (only !== undefined && members.length === 1) return only;
  const keys = new Set<string | number>();
  for (const member of members) {
    if (member.kind === 'name') keys.add(member.name);
    else if (member.kind === 'index') keys.add(member.index);
    else {
      return scanner.fail(
        'a list in brackets holds names and indexes only',
        undefined,
        open,
        scanner.position - open,
      );
    }
  }
  return { kind: 'union', members: [...keys] };
}

function readFilter(scanner: Scanner, steps: PathStep[], open: number): boolean {
  scanner.take('?');
  const filter: Filter | undefined = parseFilter(scanner);
  if (filter === undefined) return false;
  scanner.skipBlanks();
  if (scanner.peek() === ',') {
    scanner.fail('a filter stands alone in its brackets');
    return false;
  }
  if (!close(scanner, open)) return false;
  steps.push({ kind: 'filter', filter });
  return true;
}

function close(scanner: Scanner, open: number): boolean {
  if (scanner.take(']')) return true;
  if (scanner.atEnd) scanner.fail('the bracket is never closed', 'close it with `]`', open, 1);
  else scanner.fail(`expected \`]\`, found ${scanner.next}`);
  return false;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
