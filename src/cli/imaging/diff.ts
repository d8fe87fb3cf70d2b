import type { ImageFacts } from '../../facts/index.ts';
import { colours, printable } from '../../report/index.ts';
import { sizeText } from './size.ts';

/** One thing that differs. Undefined `from`: it came; undefined `to`: it went. */
export interface Change {
  /** The fact: `shells`, `packages`, `user` … */
  readonly fact: string;
  /** Which of several: a path, the name of a package or a label. */
  readonly what?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Named things of an image, each with how it is. */
type Things = ReadonlyMap<string, string>;

/** What one image has and another one has not, in the order of the facts. Empty where nothing that is known differs. */
export function difference(from: ImageFacts, to: ImageFacts): readonly Change[] {
  const [before, after] = [settings(from), settings(to)];
  const changes: Change[] = [];
  for (const [fact, value] of before) {
    const other = after.get(fact) ?? '';
    if (value !== other) changes.push({ fact, from: value, to: other });
  }
  const [had, has] = [lists(from), lists(to)];
  for (const [fact, things] of had) changes.push(...between(fact, things, has.get(fact) ?? new Map()));
  return changes;
}

function between(fact: string, from: Things, to: Things): readonly Change[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort();
  return names.flatMap((what) => {
    const [before, after] = [from.get(what), to.get(what)];
    if (before === after) return [];
    return [
      {
        fact,
        what,
        ...(before !== undefined && { from: before }),
        ...(after !== undefined && { to: after }),
      },
    ];
  });
}

function settings(facts: ImageFacts): Things {
  const { platform, size, user, entrypoint, cmd, workingDir, distro, base } = facts;
  return new Map([
    ['digest', facts.digest],
    ['platform', platform],
    ['size', sizeText(size)],
    ['user', user],
    ['entrypoint', entrypoint.join(' ')],
    ['cmd', cmd.join(' ')],
    ['workingDir', workingDir],
    ['distro', distro === null ? '' : distro.name],
    ['base', [base.name, base.digest].filter(Boolean).join(' ')],
  ]);
}

function lists(facts: ImageFacts): ReadonlyMap<string, Things> {
  const { env, exposedPorts, labels, shells, packages, setuid, secrets } = facts;
  const tools = (found: readonly { readonly path: string; readonly name: string }[]) =>
    new Map(found.map(({ path, name }) => [path, name]));
  const named = (names: readonly string[]) => new Map(names.map((name) => [name, '']));
  const versions = Map.groupBy(packages, ({ type, name }) => `${type} ${name}`);
  return new Map<string, Things>([
    ['labels', new Map(Object.entries(labels))],
    ['env', named(env)],
    ['exposedPorts', named(exposedPorts)],
    ['shells', new Map(shells.map(({ path, shell }) => [path, shell]))],
    ['packageManagers', tools(facts.packageManagers)],
    ['interpreters', tools(facts.interpreters)],
    ['networkTools', tools(facts.networkTools)],
    ['setuid', new Map(setuid.map(({ path, uid, gid }) => [path, `${uid}:${gid}`]))],
    [
      'secrets',
      new Map(secrets.map(({ path, kind, deleted }) => [path, `${kind}${deleted ? ', hidden' : ''}`])),
    ],
    [
      'packages',
      new Map(
        [...versions].map(([name, found]) => [
          name,
          [...new Set(found.map(({ version }) => version))].sort().join(', '),
        ]),
      ),
    ],
  ]);
}

/** The changes for people: `+` came, `-` went, `~` is another one. */
export function diffText(changes: readonly Change[], { colour }: { readonly colour: boolean }): string {
  if (changes.length === 0) return 'nothing differs\n';
  const { strong, good, bad, doubtful } = colours(colour);
  const lines: string[] = [];
  for (const [fact, found] of Map.groupBy(changes, (change) => change.fact)) {
    const single = found.find(({ what }) => what === undefined);
    if (single !== undefined) {
      const { from, to } = single;
      lines.push(`${strong(fact)}: ${doubtful(`${valueText(from)} → ${valueText(to)}`)}`);
      continue;
    }
    lines.push(strong(fact));
    for (const { what = '', from, to } of found) {
      const name = printable(what);
      if (from === undefined) lines.push(good(`  + ${withValue(name, to)}`));
      else if (to === undefined) lines.push(bad(`  - ${withValue(name, from)}`));
      else lines.push(doubtful(`  ~ ${name} ${valueText(from)} → ${valueText(to)}`));
    }
  }
  return `${lines.join('\n')}\n`;
}

function valueText(value: string | undefined): string {
  return value === undefined || value === '' ? 'none' : printable(value);
}

function withValue(name: string, value: string | undefined): string {
  return value === undefined || value === '' ? name : `${name} ${printable(value)}`;
}
