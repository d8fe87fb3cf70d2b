import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

export interface WatchOptions {
  /** Files, and folders with everything beneath them. */
  readonly paths: readonly string[];
  /** Something may have changed. Called again only when the promise has settled. */
  readonly onChange: () => Promise<void>;
  /** In milliseconds: how long it must be quiet before a change is acted upon. */
  readonly quiet?: number;
  /** In milliseconds: how often to look without having been told. */
  readonly interval?: number;
}

/**
 * Watches files by the folders they are in, for editors and Kubernetes do not write into a file but put another in
 * its place: an editor renames a new file over the old one, a mounted ConfigMap swaps the link `..data`. Where
 * nothing is told (network file systems, a folder that was replaced itself) an interval finds it out.
 *
 * @returns stops watching
 */
export function watchPaths({ paths, onChange, quiet = 100, interval = 15_000 }: WatchOptions): () => void {
  let watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isDirty = false;
  let isStopped = false;

  function renew(): void {
    const folders = new Set(paths.flatMap(foldersOf));
    const next = new Map<string, FSWatcher>();
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) next.set(folder, watcher);
      else watcher.close();
    }
    for (const folder of folders) {
      if (next.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, schedule);
        watcher.on('error', () => {
          watcher.close();
          watchers.delete(folder);
        });
        next.set(folder, watcher);
      } catch {
        // Gone in the meantime, or no watch is to be had: the interval remains.
      }
    }
    watchers = next;
  }

  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), quiet);
  }

  async function run(): Promise<void> {
    isDirty = true;
    if (isRunning) return;
    isRunning = true;
    while (isDirty && !isStopped) {
      isDirty = false;
      // Before reading, so that what changes while reading is seen.
      renew();
      await onChange();
    }
    isRunning = false;
  }

  renew();
  const regularly = setInterval(() => void run(), interval);
  regularly.unref();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    clearInterval(regularly);
    for (const watcher of watchers.values()) watcher.close();
  };
}

/** The folder itself and those beneath it, hidden ones left out; of a file, the folder it is in. */
function foldersOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [dirname(path)];
    const beneath = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .flatMap(({ name }) => foldersOf(join(path, name)));
    return [path, ...beneath];
  } catch {
    return [dirname(path)];
  }
}
