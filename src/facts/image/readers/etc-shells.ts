import { type ContentReader, whole } from './reader.ts';

/** The paths in /etc/shells: what the distribution calls a login shell. */
export const etcShells: ContentReader<readonly string[]> = {
  open({ path }) {
    if (path !== 'etc/shells' && path !== 'usr/share/defaults/etc/shells') return undefined;
    return whole(64 * 1024, (content) =>
      content
        .toString()
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line.startsWith('/') && line.length <= 4096)
        .slice(0, 256),
    );
  },
  weigh: (paths) => paths.reduce((sum, path) => sum + path.length, 0),
};
