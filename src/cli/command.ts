import type { Command } from 'commander';

/** 0 clean, 1 findings at or above the threshold, 2 a broken policy, input or usage. 2 beats 1. */
export type ExitCode = 0 | 1 | 2;

/** What a command may touch of the process around it; tests and other programs can bring their own. */
export interface Terminal {
  /** The report: what the command was called for. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly err: (text: string) => void;
  /** All of standard input, as bytes; `undefined` where there is more than `limit` of it. */
  readonly input: (limit: number) => Promise<Uint8Array | undefined>;
  /** Asks whoever sits at the terminal, and answers with their line; absent where nobody does. */
  readonly ask?: (question: string) => Promise<string>;
  /** Whether `out` and `err` may carry colours. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
}

/** What a command's file exports as `command`. */
export interface CommandModule {
  /**
   * Declares arguments and options on `command` and sets its action. The action calls `exit` once, at its end.
   * It returns a promise that is settled when the command is done; what it throws is a bug.
   */
  define(command: Command, terminal: Terminal, exit: (code: ExitCode) => void): void;
}

/** A line of the registry. The file itself is imported only when its command runs. */
export interface CommandEntry {
  readonly name: string;
  /** For `abatis --help`. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: CommandModule }>;
}
