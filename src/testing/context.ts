import { isMapping } from '../fields/index.ts';

const contextKinds = ['v1/Namespace', 'apiextensions.k8s.io/v1/CustomResourceDefinition'];

/** Whether a document may stand in a fixture only to say what is known about the others. */
export function isContext(value: unknown): boolean {
  return isMapping(value) && contextKinds.includes(`${value['apiVersion']}/${value['kind']}`);
}
