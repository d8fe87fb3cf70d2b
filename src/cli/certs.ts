import { isIP } from 'node:net';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { makeInFolder } from '../cluster/index.ts';
import { printable } from '../report/index.ts';
import type { CommandModule, ExitCode, Terminal } from './command.ts';

interface Options {
  readonly out: string;
  readonly host?: readonly string[];
  readonly days: number;
  readonly force: boolean;
}

const defaultNames = ['localhost', '127.0.0.1', '::1'];

const day = 24 * 60 * 60 * 1000;

/** `abatis certs`: an authority and a certificate for trying things out. */
export const command: CommandModule = {
  define(command, terminal, exit) {
    command
      .description('Make an authority and a certificate of it, for development.')
      .option('--out <folder>', 'the folder to make them in', 'certs')
      .option(
        '--host <name>',
        `a name or address to make it for, beside ${defaultNames.join(', ')}; can be given again`,
        collectName,
      )
      .option('--days <number>', 'how long they are valid', days, 30)
      .option('--force', 'replace what is there and still valid', false)
      .action(async (options: Options) => exit(await make(options, terminal)));
  },
};

async function make({ out, host = [], days: life, force }: Options, terminal: Terminal): Promise<ExitCode> {
  const names = [...new Set([...defaultNames, ...host])];
  const shown = printable(out);
  let made: Awaited<ReturnType<typeof makeInFolder>>;
  try {
    made = await makeInFolder(out, names, Date.now(), { life: life * day, isForced: force });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return fail(
      terminal,
      `cannot write to \`${shown}\`: ${printable(message)}`,
      'choose another folder with `--out`',
    );
  }
  if ('kept' in made) {
    const { file, validUntil } = made.kept;
    const place = `\`${printable(join(out, file))}\``;
    const what =
      validUntil === undefined
        ? `${place} is there and is no certificate with its key`
        : `${place} is there and valid until ${seconds(validUntil)}`;
    return fail(terminal, what, 'use it, choose another folder with `--out`, or replace it with `--force`');
  }
  const at = (file: string) => printable(join(out, file));
  terminal.out(
    `made for ${names.join(', ')}, valid until ${seconds(made.validUntil)}:
  ${at('ca.crt')}   the authority, for caBundle and --cacert
  ${at('ca.key')}   its key
  ${at('tls.crt')}  the certificate
  ${at('tls.key')}  its key

serve with it, and ask:
  abatis serve --cert ${at('tls.crt')} --key ${at('tls.key')}
  curl --cacert ${at('ca.crt')} https://localhost:8443/readyz

what goes into a webhook configuration as caBundle:
  base64 < ${at('ca.crt')} | tr -d '\\n'
`,
  );
  return 0;
}

function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function fail(terminal: Terminal, message: string, help: string): ExitCode {
  terminal.err(`error: ${message}\n  help: ${help}\n`);
  return 2;
}

function collectName(value: string, before: readonly string[] = []): readonly string[] {
  const isName = /^(?:\*\.)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/i.test(
    value,
  );
  if (isIP(value) === 0 && (!isName || value.length > 253)) {
    throw new InvalidArgumentError('a DNS name or an address, without a port');
  }
  return [...before, value];
}

function days(value: string): number {
  const number = Number(value);
  if (/^\d{1,4}$/.test(value) && number > 0) return number;
  throw new InvalidArgumentError('a whole number of days from 1 to 9999');
}
