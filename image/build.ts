/**
 * Puts everything that the container image holds into `build/image`: the program with its dependencies in it, the stock
 * policies, what it says of itself, and the licences of what is in the bundle. `node image/build.ts [FOLDER]`.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build } from 'rolldown';

const root = resolve(import.meta.dirname, '..');

const folder = resolve(process.argv[2] ?? join(root, 'build/image'));
rmSync(folder, { recursive: true, force: true });
const { output } = await build({
  cwd: root,
  input: { abatis: 'src/cli/main.ts' },
  platform: 'node',
  // `debug` tries to load it, and does without where it is not: it is here for development only.
  external: ['supports-color'],
  logLevel: 'warn',
  output: { dir: join(folder, 'dist'), format: 'esm', chunkFileNames: '[name]-[hash].js' },
});
cpSync(join(root, 'policies'), join(folder, 'policies'), {
  recursive: true,
  filter: (path) => !relative(root, path).split('/').includes('test'),
});
const { name, version, license, type } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, license, type, private: true }));
mkdirSync(join(folder, 'licenses'));
cpSync(join(root, 'LICENSE'), join(folder, 'licenses', 'abatis'));

const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
const packages = new Set(modules.filter((id) => id.includes('/node_modules/')).map(packageFolder));
for (const each of [...packages].sort()) {
  const file = readdirSync(each).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
  const about = JSON.parse(readFileSync(join(each, 'package.json'), 'utf8'));
  const text = file === undefined ? withoutFile(about) : readFileSync(join(each, file));
  writeFileSync(join(folder, 'licenses', `${about.name.replace('/', '__')}-${about.version}`), text);
}
process.stdout.write(
  `${folder}: ${basename(folder)} of ${name} ${version}, ${packages.size} packages in it\n`,
);

/** What a package says of its licence that brings no text of it. */
function withoutFile({ license, author, homepage }: Readonly<Record<string, unknown>>): string {
  const who = typeof author === 'object' && author !== null && 'name' in author ? author.name : author;
  return `Licence: ${license}\nBy: ${who ?? 'its contributors'}\nFrom: ${homepage ?? 'https://www.npmjs.com/'}\n`;
}

/** The folder of the package that a module is from. */
function packageFolder(id: string): string {
  const [, below = ''] = id.split(/\/node_modules\/(?!.*\/node_modules\/)/);
  const above = id.slice(0, id.length - below.length);
  const depth = below.startsWith('@') ? 2 : 1;
  const found = join(above, ...below.split('/').slice(0, depth));
  if (!existsSync(join(found, 'package.json'))) throw new Error(`no package of ${id} in ${dirname(found)}`);
  return found;
}
