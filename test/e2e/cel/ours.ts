import {
  type Activation,
  BOOL,
  Budget,
  CelError,
  compile,
  DYN,
  environment,
  NAMESPACE,
  REQUEST,
  type Value,
} from '../../../src/cel/index.ts';
import { sampleValue } from './sample.ts';
import type { Verdict } from './verdict.ts';

export interface Surroundings {
  /** Of the API server: `1.36`. */
  readonly kubernetes: string;
  /** The Namespace that the object is in, as the API server has it. */
  readonly namespace: Readonly<Record<string, Value>> & {
    readonly metadata: Readonly<Record<string, Value>> & { readonly name: string };
  };
}

const resource = { group: 'tests.abatis.dev', version: 'v1', resource: 'samples' };
const kind = { group: 'tests.abatis.dev', version: 'v1', kind: 'Sample' };

/** Our judgement of an expression, on the sample object by this name as it is created. */
export function judgeOurselves(
  expression: string,
  name: string,
  { kubernetes, namespace }: Surroundings,
): Verdict {
  const compiled = compile(
    expression,
    environment({
      kubernetes,
      json: ['object', 'oldObject', 'request', 'namespaceObject'],
      variables: {
        object: DYN,
        oldObject: DYN,
        request: REQUEST,
        namespaceObject: NAMESPACE,
      },
    }),
    { expect: BOOL },
  );
  if (!compiled.ok) {
    return { verdict: 'compile-error', message: compiled.problems.map(({ message }) => message).join('; ') };
  }
  const activation: Activation = {
    object: sampleValue(name, namespace.metadata.name),
    oldObject: null,
    request: {
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name,
      namespace: namespace.metadata.name,
      operation: 'CREATE',
      userInfo: { username: 'abatis-admin', groups: ['system:masters', 'system:authenticated'] },
      dryRun: true,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions', dryRun: ['All'] },
    },
    namespaceObject: namespace,
  };
  const result = compiled.program.evaluate(activation, new Budget());
  if (result instanceof CelError) return { verdict: 'error', message: result.message };
  return { verdict: result === true ? 'true' : 'false', message: '' };
}
