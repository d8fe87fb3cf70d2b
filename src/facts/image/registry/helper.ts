import { spawn } from 'node:child_process';
import { throwIfCancelled } from '../error.ts';
import type { Credential } from './credential.ts';
import type { Timing } from './timing.ts';

/** A name is a part of a program's name, and never a path. */
const nameForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const mostOutput = 64 * 1024;

/**
 * Asks the program `docker-credential-<name>` for a registry's credential (protocol of docker-credential-helpers: the
 * registry to standard input, JSON from standard output).
 * @returns undefined where it has none
 * @throws Error whose message has nothing secret in it
 */
export async function askHelper(
  name: string,
  server: string,
  { timing, milliseconds }: { readonly timing: Timing; readonly milliseconds: number },
  signal: AbortSignal,
): Promise<Credential | undefined> {
  if (!nameForm.test(name))
    throw new Error('a credential helper has a name that is not of letters, digits, `-` and `_`');
  const program = `docker-credential-${name}`;
  const { code, output } = await run(program, server, { timing, milliseconds }, signal);
  if (code !== 0) {
    // The word by which helpers tell nothing from a failure.
    if (/credentials not found/i.test(output)) return undefined;
    throw new Error(`\`${program}\` ended with ${code}`);
  }
  return read(output, program);
}

interface Ended {
  readonly code: number | string;
  readonly output: string;
}

async function run(
  program: string,
  input: string,
  { timing, milliseconds }: { readonly timing: Timing; readonly milliseconds: number },
  signal: AbortSignal,
): Promise<Ended> {
  throwIfCancelled(signal);
  const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'] });
  let problem: string | undefined;
  const stop = (why: string): void => {
    problem ??= why;
    child.kill('SIGKILL');
    // A child of the helper may hold the pipe open after its end.
    child.stdout.destroy();
  };
  const onAbort = (): void => stop('was stopped');
  const end = timing.after(milliseconds, () => stop(`gave no answer within ${milliseconds} ms`));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await new Promise<Ended>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > mostOutput) stop(`answered more than ${mostOutput} bytes`);
        else chunks.push(chunk);
      });
      // It may end without having read.
      child.stdin.on('error', () => {});
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(new Error(`\`${program}\` cannot be started (${error.code ?? 'unknown'})`)),
      );
      child.once('close', (code, killed) => {
        if (problem !== undefined) reject(new Error(`\`${program}\` ${problem}`));
        else resolve({ code: code ?? String(killed), output: Buffer.concat(chunks).toString('utf8') });
      });
      child.stdin.end(`${input}\n`);
    });
  } finally {
    end();
    signal.removeEventListener('abort', onAbort);
    throwIfCancelled(signal);
  }
}

function read(output: string, program: string): Credential | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    throw new Error(`\`${program}\` answered something else than JSON`);
  }
  const text = (key: string): string => {
    if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, key)) return '';
    const value = (answer as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : '';
  };
  const username = text('Username');
  const secret = text('Secret');
  if (username === '' && secret === '') return undefined;
  // What the helper holds is a token to be exchanged.
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}
