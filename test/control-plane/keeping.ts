import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A program that the keeper shall run in its folder, its output in `<name>.log`. */
export interface ToKeeper {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export type FromKeeper =
  | { readonly type: 'ready'; readonly folder: string }
  | { readonly type: 'started'; readonly name: string; readonly pid: number }
  | { readonly type: 'ended'; readonly name: string; readonly how: string };

/** A folder and the programs that run in it; both go when `end` is called, or when this process goes. */
export interface Keeper {
  readonly folder: string;
  /** By program name. */
  readonly pids: ReadonlyMap<string, number>;
  /** Which programs have ended of themselves, and how: `exit 1`, `exit SIGTERM`. */
  readonly endings: ReadonlyMap<string, string>;
  readonly run: (program: ToKeeper) => void;
  /** The last lines of every program's log. */
  readonly logs: () => Promise<string>;
  readonly end: () => Promise<void>;
}

/** Starts a keeper with an empty folder under the system's folder for temporary files. */
export async function startKeeper(): Promise<Keeper> {
  const child = fork(join(import.meta.dirname, 'keeper.ts'), {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const folder = await readyFolder(child);
  const pids = new Map<string, number>();
  const names: string[] = [];
  const endings = new Map<string, string>();
  child.on('message', (message: FromKeeper) => {
    if (message.type === 'started') pids.set(message.name, message.pid);
    if (message.type === 'ended') endings.set(message.name, message.how);
  });
  return {
    folder,
    pids,
    endings,
    run: (program) => {
      names.push(program.name);
      child.send(program);
    },
    logs: async () => {
      const texts = await Promise.all(
        names.map(async (name) => {
          const text = await readFile(join(folder, `${name}.log`), 'utf8').catch(() => '');
          return [`--- ${name} ---`, ...text.trimEnd().split('\n').slice(-30)].join('\n');
        }),
      );
      return texts.join('\n');
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

async function readyFolder(child: ChildProcess): Promise<string> {
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('the keeper of the control plane ended before it was ready');
    }),
  ])) as [FromKeeper];
  if (message.type !== 'ready') throw new Error(`the keeper said ${message.type} before it was ready`);
  return message.folder;
}
