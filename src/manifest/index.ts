export { customKinds } from './custom-kinds.ts';
export {
  type Manifest,
  type ManifestOptions,
  type ReadManifests,
  readManifests,
} from './read.ts';
