import type { FileFacts, ImagePackage, SecretFile, SetuidFile } from '../facts.ts';
import { type FoundPackage, osReleasePaths } from '../readers/index.ts';
import type { View } from './view.ts';

export function setuid({ names }: View): SetuidFile[] {
  return names.flatMap(({ path, layer, target, file }) => {
    const { mode, uid, gid } = file.inode;
    if (target !== null || (mode & 0o6000) === 0) return [];
    return [{ path, layer, setuid: (mode & 0o4000) !== 0, setgid: (mode & 0o2000) !== 0, uid, gid }];
  });
}

/** Also of layers whose files are hidden by later ones. */
export function secrets({ tree, names }: View): SecretFile[] {
  const present = new Set(names.map(({ file }) => file.inode));
  return tree.secrets.map(({ path, layer, inode }) => ({
    path,
    layer,
    kind: inode.content.secret ?? '',
    deleted: !present.has(inode),
  }));
}

/** Every package that a database, a manifest, a binary or an archive in the image names. */
export function packages({ names }: View): ImagePackage[] {
  const all: ImagePackage[] = [];
  for (const { path, layer, target, file } of names) {
    if (target !== null) continue;
    const { dpkg, apk, npm, python, go, java } = file.inode.content;
    const lists: (readonly FoundPackage[] | undefined)[] = [dpkg, apk, npm, python, go?.packages, java];
    for (const list of lists) for (const found of list ?? []) all.push({ ...found, path, layer });
  }
  return all;
}

export function distro({ tree }: View): FileFacts['distro'] {
  for (const path of osReleasePaths) {
    const node = tree.at(path);
    if (node?.is === 'file' && node.inode.content.osRelease !== undefined)
      return node.inode.content.osRelease;
  }
  return null;
}
