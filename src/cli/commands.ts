import type { CommandEntry } from './command.ts';

/** Every command, in the order that `abatis --help` shows. One file and one line here make a command. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'check',
    summary: 'judge manifests by the policies, before any cluster sees them',
    load: () => import('./check.ts'),
  },
  {
    name: 'serve',
    summary: "answer the API server's admission requests over HTTPS",
    load: () => import('./serve.ts'),
  },
];
