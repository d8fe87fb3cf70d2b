import type { CommandEntry } from './command.ts';

/** Every command, in the order that `abatis --help` shows. One file and one line here make a command. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'check',
    summary: 'judge manifests by the policies, before any cluster sees them',
    load: () => import('./check.ts'),
  },
  {
    name: 'test',
    summary: 'test policies by the manifests and tables beside them',
    load: () => import('./test.ts'),
  },
  {
    name: 'lint',
    summary: 'say what is wrong or hardly meant in policies, before anything is judged',
    load: () => import('./lint.ts'),
  },
  {
    name: 'new',
    summary: 'write a policy with its page and its tests',
    load: () => import('./new.ts'),
  },
  {
    name: 'eval',
    summary: 'work out an expression of CEL, as in a policy, against an object',
    load: () => import('./eval.ts'),
  },
  {
    name: 'explain',
    summary: 'show the way to the answer for one object',
    load: () => import('./explain.ts'),
  },
  {
    name: 'image',
    summary: 'say what is in container images, as policies see it',
    load: () => import('./image.ts'),
  },
  {
    name: 'serve',
    summary: "answer the API server's admission requests over HTTPS",
    load: () => import('./serve.ts'),
  },
  {
    name: 'crds',
    summary: 'print the CustomResourceDefinitions that let a cluster hold policies',
    load: () => import('./crds.ts'),
  },
  {
    name: 'registration',
    summary: 'print the webhook configurations that policies need',
    load: () => import('./registration.ts'),
  },
  {
    name: 'certs',
    summary: 'make certificates for development',
    load: () => import('./certs.ts'),
  },
];
