/**
 * What a page shows and a test can try: files to write, and commands with what they print.
 *
 * A fence ```` ```yaml file=policies/a.yaml ```` is a file for the commands of the page. A fence ```` ```console ````
 * holds commands after `$ `, each followed by all that it prints, on standard output and standard error alike. A line
 * `…` stands for any lines.
 */
export interface Page {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly consoles: readonly Console[];
}

export interface Console {
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly commands: readonly { readonly command: string; readonly output: string }[];
}

const fence = /^```(?<language>\S*)(?: file=(?<file>\S+))?$/;

export function readPage(text: string): Page {
  const files: { path: string; content: string }[] = [];
  const consoles: Console[] = [];
  for (const { language, file, line, body } of fences(text)) {
    if (file !== undefined) files.push({ path: file, content: body });
    if (language === 'console') consoles.push({ line, commands: readCommands(body) });
  }
  return { files, consoles };
}

/** The page with other output in its consoles, given console by console and command by command. */
export function withOutputs(text: string, outputs: readonly (readonly string[])[]): string {
  const lines = text.split('\n');
  const consoles = [...fences(text)].filter(({ language }) => language === 'console');
  for (const [index, { line, body }] of [...consoles.entries()].reverse()) {
    const commands = readCommands(body);
    const rewritten = commands.flatMap(({ command, output }, at) => {
      const actual = outputs[index]?.[at] ?? output;
      const shown = matches(actual, output) ? output : actual;
      return [`$ ${command}`, ...(shown === '' ? [] : shown.trimEnd().split('\n'))];
    });
    lines.splice(line, body.split('\n').length - 1, ...rewritten);
  }
  return lines.join('\n');
}

/** Whether output is what a page says, each line of which that is `…` stands for any number of lines. */
export function matches(actual: string, expected: string): boolean {
  const [head = '', ...parts] = expected.split(/^…\n/m);
  if (parts.length === 0) return actual === expected;
  const tail = parts.pop() ?? '';
  if (!actual.startsWith(head) || !actual.endsWith(tail)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = actual.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= actual.length - tail.length;
}

function readCommands(body: string): Console['commands'] {
  return body
    .split(/^\$ /m)
    .slice(1)
    .map((entry) => {
      const end = entry.indexOf('\n');
      return { command: entry.slice(0, end), output: entry.slice(end + 1) };
    });
}

interface Fence {
  readonly language: string;
  readonly file: string | undefined;
  readonly line: number;
  readonly body: string;
}

function* fences(text: string): Generator<Fence> {
  let open: { language: string; file: string | undefined; line: number; body: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const found = fence.exec(line);
    if (open === undefined && found !== null) {
      const { language = '', file } = found.groups ?? {};
      open = { language, file, line: index + 1, body: [] };
    } else if (open !== undefined && line === '```') {
      yield { ...open, body: open.body.map((each) => `${each}\n`).join('') };
      open = undefined;
    } else if (open !== undefined) {
      open.body.push(line);
    }
  }
}
