import { type Logger, pino } from 'pino';
import { printable } from '../../report/index.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export const logFormats = ['json', 'text'] as const;

export interface LogOptions {
  readonly level: string;
  readonly format: (typeof logFormats)[number];
  readonly write: (text: string) => void;
}

/** The log of a server: JSON with one object a line, or the same as text for people. */
export function serverLog({ level, format, write }: LogOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: format === 'json' ? write : (line: string) => write(asText(line)) },
  );
}

/** `10:31:07 warn  denied  user=jane findings=["no-privileged/containers:Deny"]` */
function asText(line: string): string {
  const { level, time, msg, ...fields }: Record<string, unknown> = JSON.parse(line);
  const known = Object.entries(fields)
    .filter(([, value]) => value !== '' && value !== false && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const rest = known.length > 0 ? `  ${known.join(' ')}` : '';
  const text = `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${msg}${rest}`;
  // What a terminal would act upon may stand in any name.
  return `${printable(text)}\n`;
}
