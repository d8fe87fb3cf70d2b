import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, matches, readPage, withOutputs } from './console.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = globSync(
  ['README.md', 'CONTRIBUTING.md', 'bench/*.md', 'docs/**/*.md', 'policies/**/README.md'],
  {
    cwd: root,
  },
).sort();

/** `UPDATE_DOCS=1` writes what the commands print into the pages instead of comparing. */
const update = process.env['UPDATE_DOCS'] === '1';

const temporary = mkdtempSync(join(tmpdir(), 'abatis-docs-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** A folder for PATH with programs that are scripts of this repository. */
const programs = join(temporary, 'bin');
mkdirSync(programs);
for (const [name, script] of [
  ['abatis', 'src/cli/main.ts'],
  ['kubectl', 'test/docs/kubectl.ts'],
] as const) {
  writeFileSync(join(programs, name), `#!/bin/sh\nexec '${process.execPath}' '${join(root, script)}' "$@"\n`);
  chmodSync(join(programs, name), 0o755);
}

/** Where the commands of a page run: a copy of what stands beside the page, and the files it shows. */
function workplace(page: string): string {
  const folder = mkdtempSync(join(temporary, 'page-'));
  const beside = page.startsWith('policies/') ? dirname(page) : '';
  for (const name of beside === '' ? ['examples', 'policies'] : ['policy.yaml', 'test']) {
    cpSync(join(root, beside, name), join(folder, name), { recursive: true });
  }
  for (const { path, content } of readPage(readFileSync(join(root, page), 'utf8')).files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const start = promisify(execFile);

/** What each command prints, run one after the other in one shell. */
async function run({ commands }: Console, cwd: string): Promise<string[]> {
  const mark = '\u0001end of output\u0001';
  // The shell ends well however the last command ended.
  const script = commands.map(({ command }) => `${command}\nprintf '${mark}'`).join('\n');
  const { PATH = '', NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const done = start('sh', ['-c', `exec 2>&1\n${script}`], {
    cwd,
    env: { ...env, PATH: `${programs}:${PATH}` },
    timeout: 60_000,
  });
  done.child.stdin?.end();
  return (await done).stdout.split(mark).slice(0, -1);
}

/** What the consoles of a page print, one after the other. */
async function outputsOf(page: string, consoles: readonly Console[]): Promise<string[][]> {
  const folder = workplace(page);
  const outputs: string[][] = [];
  for (const console of consoles) outputs.push(await run(console, folder));
  return outputs;
}

describe.concurrent.each(pages.map((page) => ({ page, text: readFileSync(join(root, page), 'utf8') })))(
  '$page',
  ({ page, text }) => {
    const { consoles } = readPage(text);
    if (consoles.length > 0) {
      let outputs: readonly (readonly string[])[] = [];
      beforeAll(async () => {
        outputs = await outputsOf(page, consoles);
        if (update) writeFileSync(join(root, page), withOutputs(text, outputs));
      }, 300_000);
      const rows = consoles.flatMap(({ line, commands }, index) =>
        commands.map(({ command }, at) => ({ line, command, index, at })),
      );
      it.each(rows)('line $line: $command', ({ index, at }) => {
        const shown = update ? readPage(readFileSync(join(root, page), 'utf8')).consoles : consoles;
        const expected = shown[index]?.commands[at]?.output ?? '';
        const actual = outputs[index]?.[at] ?? '';
        if (!matches(actual, expected)) expect(actual).toBe(expected);
      });
    }

    it('links to what is there', () => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)]*)\)/g)].map(([, link = '']) => link);
      const broken = links.filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : relative(root, resolve(root, dirname(page), path));
        try {
          if (anchor === undefined) return globSync(target === '' ? '.' : target, { cwd: root }).length === 0;
          return !anchors(readFileSync(join(root, target), 'utf8')).includes(anchor);
        } catch {
          return true;
        }
      });
      expect(broken).toEqual([]);
    });
  },
);

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
