import type { ImageFacts, Shell, Tool } from '../../facts/index.ts';
import { colours, printable } from '../../report/index.ts';
import { sizeText } from './size.ts';

export interface TreeOptions {
  /** Names everything, however much it is. */
  readonly all: boolean;
  readonly colour: boolean;
}

/** A line of a layer: what it is about, and what there is. */
interface Branch {
  readonly label: string;
  readonly things: readonly string[];
  /** Friction: what is looked for in images because it is better not there. */
  readonly isNotable: boolean;
}

/** Things of a branch that are named unless all are wanted. */
const mostThings = 6;

/** An image for people: its settings, and a branch for each layer with what it brought. */
export function treeText(name: string, facts: ImageFacts, { all, colour }: TreeOptions): string {
  const { strong, faint, doubtful } = colours(colour);
  const lines = [
    strong(printable(name)),
    ...settings(facts).map(([key, value]) => `  ${key.padEnd(12)}${value}`),
  ];
  for (const [index, layer] of facts.layers.entries()) {
    const isLast = index === facts.layers.length - 1;
    const size = layer.inspected
      ? sizeText(layer.size)
      : `${sizeText(layer.size)}, not stored with the image`;
    const head = `layer ${index + 1}  ${shortDigest(layer.digest)}  ${size}`;
    lines.push(`${isLast ? '└─' : '├─'} ${head}`);
    const branches = branchesOf(facts, index);
    for (const [at, { label, things, isNotable }] of branches.entries()) {
      const shown = all ? things : things.slice(0, mostThings);
      const more = things.length - shown.length;
      const text = `${shown.map(printable).join(', ')}${more > 0 ? `, ${more} more` : ''}`;
      const stem = `${isLast ? '   ' : '│  '}${at === branches.length - 1 ? '└─' : '├─'}`;
      const told = isNotable ? doubtful(text) : text;
      lines.push(`${faint(stem)} ${told === '' ? label : `${label.padEnd(17)}${told}`}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function settings(facts: ImageFacts): readonly (readonly [string, string])[] {
  const { digest, indexDigest, platform, platforms, created, size, layers, user, entrypoint, cmd } = facts;
  const { exposedPorts, distro, base, source, revision, complete } = facts;
  const others = platforms.filter((each) => each !== platform);
  const count = layers.length === 1 ? '1 layer' : `${layers.length} layers`;
  const rows: readonly (readonly [string, string])[] = [
    ['digest', digest],
    ['index', indexDigest ?? ''],
    ['platform', others.length === 0 ? platform : `${platform} (there are ${others.join(', ')} too)`],
    ['created', created ?? ''],
    ['size', `${sizeText(size)} in ${count}`],
    ['user', user === '' ? 'root, for none is set' : user],
    ['starts', [...entrypoint, ...cmd].join(' ')],
    ['ports', exposedPorts.join(', ')],
    ['system', distro === null ? 'none: distroless or scratch' : distro.name],
    ['base', [base.name, base.digest].filter(Boolean).join(' ')],
    ['source', [source, revision].filter(Boolean).join(' ')],
    ['incomplete', complete ? '' : 'some layers are not stored with the image'],
  ];
  return rows.filter(([, value]) => value !== '').map(([key, value]) => [key, printable(value)]);
}

function branchesOf(facts: ImageFacts, layer: number): readonly Branch[] {
  const of = <T extends { readonly layer: number }>(things: readonly T[]) =>
    things.filter((thing) => thing.layer === layer);
  const notable = (label: string, things: readonly string[]) => ({ label, things, isNotable: true });
  const packages = Map.groupBy(of(facts.packages), ({ type }) => type);
  const branches = [
    notable('shells', of(facts.shells).map(placed)),
    notable('package managers', of(facts.packageManagers).map(placed)),
    notable('interpreters', of(facts.interpreters).map(placed)),
    notable('network tools', of(facts.networkTools).map(placed)),
    notable(
      'setuid',
      of(facts.setuid).map(({ path, uid, gid, setuid, setgid }) => {
        const who = [setuid ? `user ${uid}` : '', setgid ? `group ${gid}` : ''].filter(Boolean).join(', ');
        return `${path} (${who})`;
      }),
    ),
    notable(
      'secrets',
      of(facts.secrets).map(({ path, kind, deleted }) => {
        return `${path} (${kind}${deleted ? ', hidden by a later layer and still there' : ''})`;
      }),
    ),
    ...[...packages].map(([type, found]) => ({
      label: `${type} packages`,
      things: found.map(({ name, version }) => `${name} ${version}`).sort(),
      isNotable: false,
    })),
  ];
  const found = branches.filter(({ things }) => things.length > 0);
  return found.length > 0 ? found : [{ label: 'nothing of note', things: [], isNotable: false }];
}

function placed(thing: Shell | Tool): string {
  const { path, target, evidence } = thing;
  // One file does what many programs do.
  if ('name' in thing && evidence === 'applet' && target === null) return `${path} as ${thing.name}`;
  return target === null ? path : `${path} → ${target}`;
}

function shortDigest(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
