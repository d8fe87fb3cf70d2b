import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'abatis-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));

/** A line that stands at a place in the project. */
type Line = readonly [file: string, text: string];
const lines: Line[] = [];

/** Lets the project's linter see these lines; one process sees them all. */
function shown(rows: readonly Line[]): readonly Line[] {
  lines.push(...rows);
  return rows;
}

interface Linted {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

let linted: Linted;

beforeAll(() => {
  for (const [file, texts] of files()) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, texts.map((text) => `${text}\n`).join(''));
  }
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', 'src'];
  const run = spawnSync(join(root, 'node_modules/.bin/biome'), args, { cwd: folder, encoding: 'utf8' });
  linted = JSON.parse(run.stdout);
});

function files(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...Map.groupBy(lines, ([file]) => file)].map(([file, rows]) => [file, rows.map(([, text]) => text)]),
  );
}

/** The linter's rules that a line breaks. */
function broken(file: string, text: string): readonly string[] {
  const line = 1 + (files().get(file) ?? []).indexOf(text);
  return linted.diagnostics
    .filter(({ location: { path, start } }) => path === file && start.line === line)
    .map(({ category }) => category.replace(/.*\//, ''));
}

describe('the linter holds the layers', () => {
  test.each(
    shown([
      ['src/model/a.ts', "import '../glob/index.ts';"],
      ['src/glob/a.ts', "import '../load/index.ts';"],
      ['src/cel/library/a.ts', "import '../../engine/index.ts';"],
      ['src/lock/a.ts', "import '../cluster/index.ts';"],
      ['src/lock/b.ts', "import 'node:timers';"],
      ['src/load/a.ts', "import '../compile/index.ts';"],
      ['src/compile/a.ts', "import '../engine/index.ts';"],
      ['src/compile/checks/a.ts', "import '../../webhook/index.ts';"],
      ['src/engine/a.ts', "import '../webhook/index.ts';"],
      ['src/engine/b.ts', "import 'node:fs';"],
      ['src/yaml/a.ts', "import 'pino';"],
      ['src/compile/match/a.ts', "import '@kubernetes/client-node';"],
      ['src/engine/c.ts', "import '../compile/program.ts';"],
      ['src/compile/checks/b.ts', "import '../../jsonpath/walk.ts';"],
      ['src/lint/a.ts', "import '../engine/index.ts';"],
      ['src/lint/rules/a.ts', "import 'node:fs';"],
      ['src/compile/b.ts', "import '../lint/index.ts';"],
      ['src/webhook/a.ts', "import '../cluster/index.ts';"],
      ['src/webhook/b.ts', "import '../cli/main.ts';"],
      ['src/cluster/a.ts', "import '../webhook/index.ts';"],
      ['src/cli/a.ts', "import '@kubernetes/client-node';"],
      ['src/report/a.ts', "import '../cli/main.ts';"],
      ['src/facts/image/a.ts', "import '../../engine/index.ts';"],
      ['src/facts/image/b.ts', "import '../../webhook/index.ts';"],
      ['src/facts/image/readers/a.ts', "import '../../../cli/main.ts';"],
    ]),
  )('%s may not say %s', (file, text) => {
    expect(broken(file, text)).toContain('noRestrictedImports');
  });

  const impure = [
    'Date.now();',
    'process.exit();',
    'fetch("x");',
    'console.log(1);',
    'setTimeout(() => {}, 1);',
  ];
  test.each(shown(impure.map((text) => ['src/engine/d.ts', text])))('%s may not say %s', (file, text) => {
    expect(broken(file, text)).toContain('noRestrictedGlobals');
  });

  const timing = ['Date.now();', 'setTimeout(() => {}, 1);', 'performance.now();'];
  test.each(shown(timing.map((text) => ['src/lock/campaign.ts', text])))(
    '%s may not say %s',
    (file, text) => {
      expect(broken(file, text)).toContain('noRestrictedGlobals');
    },
  );

  test.each(shown(timing.map((text) => ['src/lock/system-timing.ts', text])))(
    '%s, where the timers of this process are, may say %s',
    (file, text) => {
      expect(broken(file, text)).not.toContain('noRestrictedGlobals');
    },
  );

  test.each(
    shown([
      ['src/engine/e.ts', "import { compile } from '../compile/index.ts'; compile({ policies: [] });"],
      ['src/compile/checks/c.ts', "import { own } from '../change.ts'; own({}, 'x');"],
      ['src/webhook/c.ts', "import { evaluate } from '../engine/index.ts'; evaluate();"],
      ['src/cli/b.ts', "import { webhookApp } from '../webhook/index.ts'; webhookApp();"],
    ]),
  )('%s may say %s', (file, text) => {
    expect(broken(file, text).filter((rule) => rule.startsWith('noRestricted'))).toEqual([]);
  });

  const folders = readdirSync(join(root, 'src')).map((name): Line => {
    const forbidden = name === 'cli' ? '@kubernetes/client-node' : '../cli/main.ts';
    return [`src/${name}/z.ts`, `import '${forbidden}';`];
  });
  test.each(shown(folders))('%s is in a layer', (file, text) => {
    expect(broken(file, text)).toContain('noRestrictedImports');
  });

  test('every file has been looked at', () => {
    expect(linted.summary.unchanged).toBe(files().size);
  });
});
