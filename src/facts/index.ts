/** Facts: what is known about the world beyond a request. */
export { type DeskOptions, type FactDesk, type FactOutcome, factDesk } from './desk.ts';
export * from './image/index.ts';
export {
  type ImageFactSource,
  type ImageFactsOptions,
  type Inspection,
  imageFacts,
  type OpenedImage,
  type Pulling,
} from './image-facts.ts';
export type { FactSource } from './source.ts';
export { unavailable } from './unavailable.ts';
export { type Warmer, warmer } from './warmer.ts';
