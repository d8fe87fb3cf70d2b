import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const heartbeat = 5_000;
const abandoned = 60_000;

/**
 * Runs `work` while no other process holds `path`, an empty file that lives as long as its holder.
 *
 * The holder touches the file now and then; one that has not been touched for a minute belongs to a
 * process that is gone (a process id would say less: a cache may be shared by containers). `onWait`
 * is called once if there is another holder to wait for.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
  for (let waiting = false; !(await take(path)); waiting = true) {
    if (!waiting) onWait();
    await pause(250);
  }
  const beat = setInterval(() => {
    utimes(path, new Date(), new Date()).catch(() => undefined);
  }, heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const held = await stat(path).catch(() => undefined);
  if (held !== undefined && Date.now() - held.mtimeMs > abandoned) await rm(path, { force: true });
  return false;
}
