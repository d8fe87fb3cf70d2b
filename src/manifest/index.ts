export { customKinds } from './custom-kinds.ts';
export {
  type Manifest,
  type ManifestDocument,
  type ManifestOptions,
  type ReadManifests,
  readManifests,
} from './read.ts';
