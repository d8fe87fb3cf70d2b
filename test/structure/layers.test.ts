import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'abatis-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));

/** What the project's linter says of a file with this text at this place. */
function lint(file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
  const run = spawnSync(join(root, 'node_modules/.bin/biome'), ['lint', '--vcs-enabled=false', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  return run.stdout + run.stderr;
}

describe('the linter holds the layers', () => {
  test.each([
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
  ])('%s may not say %s', (file, text) => {
    expect(lint(file, text)).toContain('noRestrictedImports');
  });

  test.each(['Date.now();', 'process.exit();', 'fetch("x");', 'console.log(1);', 'setTimeout(() => {}, 1);'])(
    'src/engine may not say %s',
    (text) => {
      expect(lint('src/engine/d.ts', text)).toContain('noRestrictedGlobals');
    },
  );

  test.each(['Date.now();', 'setTimeout(() => {}, 1);', 'performance.now();'])(
    'src/lock may say %s where the timers of this process are, and nowhere else',
    (text) => {
      expect(lint('src/lock/campaign.ts', text)).toContain('noRestrictedGlobals');
      expect(lint('src/lock/system-timing.ts', text)).not.toContain('noRestrictedGlobals');
    },
  );

  test.each([
    ['src/engine/e.ts', "import { compile } from '../compile/index.ts';\ncompile({ policies: [] });"],
    ['src/compile/checks/c.ts', "import { own } from '../change.ts';\nown({}, 'x');"],
    ['src/webhook/c.ts', "import { evaluate } from '../engine/index.ts';\nevaluate();"],
    ['src/cli/b.ts', "import { webhookApp } from '../webhook/index.ts';\nwebhookApp();"],
  ])('%s may say %s', (file, text) => {
    expect(lint(file, text)).toContain('Checked 1 file');
    expect(lint(file, text)).not.toContain('noRestricted');
  });

  test.each(readdirSync(join(root, 'src')))('src/%s is in a layer', (name) => {
    const forbidden = name === 'cli' ? '@kubernetes/client-node' : '../cli/main.ts';
    expect(lint(`src/${name}/z.ts`, `import '${forbidden}';`)).toContain('noRestrictedImports');
  });
});
