import type { Tool } from '../facts.ts';
import { pathOf } from '../tree/node.ts';
import { shells } from './shells.ts';
import { isProgram, type Named, type View } from './view.ts';

/** Names of programs, and what to call them; where nothing is said, by the first group of the expression. */
type Names = readonly (readonly [form: RegExp, name?: string])[];

const interpreterNames: Names = [
  [/^(?:python|pypy)[\d.]*$/, 'python'],
  [/^perl(?:5[\d.]*)?$/, 'perl'],
  [/^[jm]?ruby[\d.]*$/, 'ruby'],
  [/^node(?:js)?$/, 'node'],
  [/^(deno|bun|qjs)$/],
  [/^lua(?:jit)?[\d.-]*$/, 'lua'],
  [/^php(?:-cgi|-fpm)?[\d.]*$/, 'php'],
  [/^(?:[gmn]|original-)?awk$/, 'awk'],
  [/^(?:tclsh|wish|expect|jimsh)[\d.]*$/, 'tcl'],
  [/^(java|jshell|groovy|guile|julia|Rscript|escript|erl|elixir|iex|dotnet|ghci|runghc|ocaml|swipl|gdb)$/],
];

const packageManagerNames: Names = [
  [/^(apt|apt-get|aptitude|dpkg|apk|yum|dnf|microdnf|tdnf|zypper|rpm|pacman|opkg|emerge|swupd)$/],
  [/^dnf[-\d]+$/, 'dnf'],
  [/^(?:pip|easy_install)[\d.-]*$/, 'pip'],
  [/^(pipx|uv|poetry|pipenv|conda|mamba|micromamba)$/],
  [/^(npm|npx|yarn|pnpm|corepack)$/],
  [/^(gem|composer|cargo|cpan|cpanm|luarocks|brew|nix|nix-env|snap|flatpak)[\d.]*$/],
  [/^bundler?[\d.]*$/, 'bundler'],
];

const networkToolNames: Names = [
  [/^(curl|wget)2?$/],
  [/^(?:nc|netcat|ncat)(?:\.(?:openbsd|traditional))?$/, 'nc'],
  [/^(socat|ssh|scp|sftp|sshd|telnet|ftp|tftp|lftp|rsync|nmap|nping|masscan|tcpdump|tshark)$/],
  [/^telnet\.(?:netkit|inetutils)$/, 'telnet'],
  [
    /^(dig|nslookup|host|ping|traceroute|iperf3?|aria2c|rclone|chisel|ngrok|dropbear|dbclient|ftpget|ftpput)$/,
  ],
];

export function packageManagers(view: View): Tool[] {
  return named(view, packageManagerNames);
}

export function networkTools(view: View): Tool[] {
  return named(view, networkToolNames);
}

/** By name, and whatever scripts in the image are run by, shells apart. */
export function interpreters(view: View): Tool[] {
  const tools = named(view, interpreterNames);
  const known = new Set(tools.flatMap(({ path, target }) => [path, target]));
  for (const { path, target } of shells(view)) known.add(path).add(target);
  const asked = new Set<string>();
  for (const { file, target } of view.names) {
    const interpreter = target === null && isProgram(file) ? file.inode.content.script : undefined;
    if (interpreter === undefined || asked.has(interpreter)) continue;
    asked.add(interpreter);
    const at = find(view, interpreter);
    if (at === undefined || known.has(at.path)) continue;
    known.add(at.path);
    tools.push({ path: at.path, name: at.name, evidence: 'shebang', target: null, layer: at.layer });
  }
  return tools.sort(byPath);
}

/** Where containers look for a program without a path. */
const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

// The file itself, unless that is env or an applet, which no scripts are written in.
function find(
  { tree }: View,
  interpreter: string,
): { path: string; name: string; layer: number } | undefined {
  const paths = interpreter.startsWith('/')
    ? [interpreter]
    : searchPath.map((path) => `${path}/${interpreter}`);
  if (interpreter.includes('/') && !interpreter.startsWith('/')) return undefined;
  for (const path of paths) {
    const node = tree.at(path);
    if (node?.is !== 'file' || !isProgram(node)) continue;
    if (node.name === 'env' || node.inode.content.multicall !== undefined) return undefined;
    return { path: pathOf(node), name: node.name, layer: node.layer };
  }
  return undefined;
}

function named(view: View, names: Names): Tool[] {
  const tools: Tool[] = [];
  for (const entry of view.names) {
    if (!isProgram(entry.file)) continue;
    const { path, target, layer } = entry;
    const name = nameOf(entry.name, names);
    const { multicall } = entry.file.inode.content;
    if (name !== undefined) {
      const applets = multicall?.applets ?? [];
      if (applets.length > 0 && !applets.includes(entry.name)) continue;
      tools.push({ path, name, evidence: multicall === undefined ? 'name' : 'applet', target, layer });
    }
    if (multicall !== undefined && isBinaryItself(entry, multicall.kind))
      for (const applet of multicall.applets) {
        const name = nameOf(applet, names);
        if (name !== undefined) tools.push({ path, name, evidence: 'applet', target, layer });
      }
  }
  return tools.sort(byPath);
}

// `busybox wget` works without any link of that name.
function isBinaryItself({ name, target }: Named, kind: string): boolean {
  return target === null && name.startsWith(kind);
}

function nameOf(name: string, names: Names): string | undefined {
  for (const [form, called] of names) {
    const match = form.exec(name);
    if (match !== null) return called ?? match[1];
  }
  return undefined;
}

function byPath(a: Tool, b: Tool): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
