/** Facts: what is known about the world beyond a request. */
export { type DeskOptions, type FactDesk, type FactOutcome, factDesk } from './desk.ts';
export * from './image/index.ts';
export type { FactSource } from './source.ts';
