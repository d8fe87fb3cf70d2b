/**
 * The process that owns a control plane's programs and its folder, and ends both when the process
 * that asked for them is done with them or gone, however it went: it learns of that by the end of
 * their channel. Nothing else would be left to clean up after a killed test run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FromKeeper, ToKeeper } from './keeping.ts';

const folder = mkdtempSync(join(tmpdir(), 'abatis-control-plane-'));
const children: ChildProcess[] = [];

function start({ name, command, args }: ToKeeper): void {
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', log, log] });
  children.push(child);
  if (child.pid !== undefined) tell({ type: 'started', name, pid: child.pid });
  child.once('error', (error) => tell({ type: 'ended', name, how: error.message }));
  child.once('exit', (code, signal) => tell({ type: 'ended', name, how: `exit ${signal ?? code}` }));
}

function tell(message: FromKeeper): void {
  if (process.connected) process.send?.(message);
}

async function end(): Promise<void> {
  // What they hold is thrown away: there is nothing for them to save.
  const running = children.filter(
    ({ exitCode, signalCode, pid }) => pid && exitCode === null && signalCode === null,
  );
  await Promise.all(
    running.map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return gone;
    }),
  );
  while (await rm(folder, { recursive: true, force: true }).catch(() => true)) await pause(20);
  process.exit();
}

process.on('message', start);
process.once('disconnect', end);
// An interrupt reaches the whole terminal; the one who asked for us decides when we end.
process.on('SIGINT', () => undefined);
process.once('SIGTERM', end);
tell({ type: 'ready', folder });
if (!process.connected) await end();
