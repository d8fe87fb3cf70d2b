/**
 * What is in a container image, known from its layers.
 *
 * A source brings bytes: {@link openLayout} and {@link openArchive} from files, others by {@link ImageSource}.
 * {@link inspectImage} verifies and reads them, and gives {@link ImageFacts}.
 */
export { openArchive } from './archive.ts';
export { type CacheOptions, ImageCache } from './cache/index.ts';
export { collect, type Descriptor, isDigest } from './digest.ts';
export { ImageError, type ImageErrorReason } from './error.ts';
export type {
  ImageFacts,
  ImagePackage,
  LayerSummary,
  SecretFile,
  SetuidFile,
  Shell,
  Tool,
} from './facts.ts';
export { type InspectOptions, inspectImage, type Progress } from './inspect.ts';
export { openLayout, type PickOptions } from './layout.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { indexTypes, manifestTypes } from './media-types.ts';
export { defaultPlatform, formatPlatform, type Platform, parsePlatform } from './platform.ts';
export type { Distro, FoundPackage } from './readers/index.ts';
export * from './registry/index.ts';
export type { ImageSource, RawManifest, Reading } from './source.ts';
