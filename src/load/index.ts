export { customResourceDefinitions, resourceOf } from './custom-resource.ts';
export { apiGroup, apiVersion } from './fields.ts';
export { documentKinds } from './kinds.ts';
export { type Loaded, load, loadDocuments, type PolicyText } from './load.ts';
export { type CheckVocabulary, policySchema, type Vocabulary } from './schema.ts';
