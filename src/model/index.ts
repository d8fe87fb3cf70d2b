export type * from './admission.ts';
export * from './catalogue.ts';
export type * from './decision.ts';
export type * from './diagnostic.ts';
export type * from './facts.ts';
export * from './kubernetes.ts';
export type * from './patch.ts';
export * from './policy.ts';
export type * from './source.ts';
