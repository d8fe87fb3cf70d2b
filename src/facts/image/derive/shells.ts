import type { Shell } from '../facts.ts';
import type { Content } from '../readers/index.ts';
import type { Inode, Node } from '../tree/node.ts';
import { pathOf } from '../tree/node.ts';
import { aliasPaths, isProgram, type Named, type View } from './view.ts';

type Finding = Pick<Shell, 'shell' | 'evidence'>;

/** Names under which shells are installed, versions and `-static` aside. */
const shellName =
  /^(r?bash|dash|ash|hush|sh|r?zsh|r?ksh(?:93)?|mksh|lksh|pdksh|l?oksh|fish|t?csh|yash|posh|nu|nushell|elvish|xonsh|pwsh|powershell|osh|ysh|brush|gosh|toysh)(?:-static|-?\d[\d.]*)?$/;

const bare: Readonly<Record<string, string>> = { rbash: 'bash', rzsh: 'zsh', rksh: 'ksh', ksh93: 'ksh' };

/** Applets of busybox and toybox that are shells. */
const shellApplets = ['sh', 'ash', 'hush', 'bash', 'toysh', 'lash', 'msh'];

/** Main packages of shells that are written in Go. */
const goShells: Readonly<Record<string, string>> = {
  'src.elv.sh/cmd/elvish': 'elvish',
  'mvdan.cc/sh/v3/cmd/gosh': 'gosh',
};

/** In /etc/shells, and none. */
const noShells = new Set(['nologin', 'false', 'true', 'tmux', 'screen', 'git-shell']);

/**
 * Every path by which a shell can be started: known by its content under whatever name, by its name, as a link, as an
 * applet of a multi-call binary, or listed in /etc/shells; and through links to the directories it is in.
 */
export function shells(view: View): Shell[] {
  const found = new Map<string, Shell>();
  const add = (named: Named, finding: Finding): void => {
    const { path, layer, target, file } = named;
    found.set(path, { path, ...finding, target, layer });
    const node = view.tree.entry(path);
    if (node === undefined) return;
    const real = target ?? pathOf(file);
    for (const alias of aliasPaths(view, node))
      if (!found.has(alias)) found.set(alias, { path: alias, ...finding, target: real, layer });
  };
  const unnamed: Named[] = [];
  const named = new Set<Inode>();
  for (const entry of view.names) {
    const finding = judge(entry);
    if (finding === undefined) {
      if (entry.file.inode.content.multicall !== undefined) unnamed.push(entry);
      continue;
    }
    add(entry, finding);
    named.add(entry.file.inode);
  }
  // A multi-call binary with a shell in it is one under any name, as long as it has no better.
  for (const entry of unnamed) {
    const { inode } = entry.file;
    if (entry.target !== null || named.has(inode) || !hasShell(inode.content)) continue;
    add(entry, { shell: inode.content.multicall?.kind ?? 'busybox', evidence: 'content' });
  }
  for (const shell of listed(view)) if (!found.has(shell.path)) found.set(shell.path, shell);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function judge({ name, file }: Named): Finding | undefined {
  const { content } = file.inode;
  const byName = nameOf(name);
  if (content.multicall !== undefined) {
    const { kind, applets } = content.multicall;
    if (!hasShell(content)) return undefined;
    if (name.startsWith(kind)) return { shell: kind, evidence: 'content' };
    const isApplet = shellApplets.includes(name) && (applets.length === 0 || applets.includes(name));
    return isApplet || byName !== undefined ? { shell: kind, evidence: 'applet' } : undefined;
  }
  if (content.shell !== undefined)
    return { shell: content.shell === 'posix' ? (byName ?? 'posix') : content.shell, evidence: 'content' };
  const main = content.go?.main ?? '';
  if (Object.hasOwn(goShells, main)) return { shell: goShells[main] as string, evidence: 'content' };
  return byName !== undefined && isProgram(file) ? { shell: byName, evidence: 'name' } : undefined;
}

// Without a list of applets nobody knows, and that there is one is the safe answer.
function hasShell({ multicall }: Content): boolean {
  const applets = multicall?.applets ?? [];
  if (multicall?.kind === 'busybox' && applets.length === 0) return true;
  return applets.some((name) => shellApplets.includes(name));
}

function nameOf(name: string): string | undefined {
  const known = shellName.exec(name)?.[1];
  return known !== undefined && Object.hasOwn(bare, known) ? bare[known] : known;
}

function* listed({ tree }: View): Generator<Shell> {
  const list = tree.at('/etc/shells');
  for (const path of (list?.is === 'file' && list.inode.content.etcShells) || []) {
    const name = path.split('/').at(-1) ?? '';
    const node: Node | undefined = tree.at(path);
    if (node?.is !== 'file' || noShells.has(name) || noShells.has(node.name) || !isProgram(node)) continue;
    const { multicall } = node.inode.content;
    if (multicall !== undefined && !hasShell(node.inode.content)) continue;
    const real = pathOf(node);
    yield { path, shell: name, evidence: 'listed', target: real === path ? null : real, layer: node.layer };
  }
}
