import { compile, type Program, vocabulary } from '../compile/index.ts';
import { isMapping } from '../fields/index.ts';
import { type Loaded, load } from '../load/index.ts';
import type { Diagnostic, JsonObject, Policy, ResourceKind } from '../model/index.ts';
import { didYouMean } from '../suggest/index.ts';
import { type DocumentProblem, diagnose } from '../yaml/index.ts';
import type { TestCase, TextFile } from './model.ts';

/** The policies of a folder, as tests need them: for the kinds that a test brings, and the parameters that it sets. */
export interface Policies {
  readonly policies: readonly Policy[];
  /** Of the policies themselves. */
  readonly diagnostics: readonly Diagnostic[];
  /** Nothing can be tested. */
  readonly isBroken: boolean;
  programFor(
    test: TestCase,
    kinds: readonly ResourceKind[],
  ): { readonly program: Program } | { readonly problems: readonly Diagnostic[] };
}

/** Reads the policies of a folder. A program is made once for tests that ask for nothing special. */
export function readPolicies(files: readonly TextFile[]): Policies {
  const loaded = load(files, vocabulary);
  const plain = compile(loaded);
  const diagnostics = [...loaded.diagnostics, ...plain.diagnostics];
  return {
    policies: loaded.policies,
    diagnostics,
    isBroken: !plain.ok || diagnostics.some(({ severity }) => severity === 'error'),
    programFor(test, kinds) {
      const { parameters, source, path } = test;
      if (parameters === undefined && kinds.length === 0 && plain.ok) return { program: plain.program };
      const unknown = unknownParameters(loaded.policies, parameters ?? {}, test);
      if (unknown.length > 0) return { problems: unknown.map((problem) => diagnose(problem, source)) };
      const compiled = compile(withParameters(loaded, parameters ?? {}), { kinds });
      if (compiled.ok) return { program: compiled.program };
      const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
      const problems = errors.map(({ message }) =>
        diagnose(
          {
            code: 'AB2210',
            message: message.replace(' where nobody sets it', ''),
            path: [...path, 'parameters'],
          },
          source,
        ),
      );
      return { problems };
    },
  };
}

/** The same policies with other defaults: what a test sets stands where nobody sets anything. */
function withParameters(loaded: Loaded, values: JsonObject): Loaded {
  return { ...loaded, policies: loaded.policies.map((policy) => withDefaults(policy, values)) };
}

function withDefaults(policy: Policy, values: JsonObject): Policy {
  const schema = policy.spec.parameters?.schema;
  if (schema === undefined) return policy;
  const properties = isMapping(schema['properties']) ? schema['properties'] : {};
  const set = Object.entries(values).filter(([name]) => Object.hasOwn(properties, name));
  const changed = set.map(([name, value]): [string, unknown] => {
    const property = properties[name];
    return [name, { ...(isMapping(property) ? property : {}), default: value }];
  });
  const withSet = { ...schema, properties: { ...properties, ...Object.fromEntries(changed) } };
  return { ...policy, spec: { ...policy.spec, parameters: { ...policy.spec.parameters, schema: withSet } } };
}

/** Parameters that no policy declares: they would change nothing, and the test would say nothing. */
function unknownParameters(
  policies: readonly Policy[],
  values: JsonObject,
  { path }: TestCase,
): readonly DocumentProblem[] {
  const declared = policies.flatMap(({ spec }) => {
    const properties = spec.parameters?.schema['properties'];
    return isMapping(properties) ? Object.keys(properties) : [];
  });
  return Object.keys(values)
    .filter((name) => !declared.includes(name))
    .map((name) => {
      const help =
        didYouMean(name, declared) ??
        (declared.length > 0 ? `it has ${declared.join(', ')}` : 'it has no parameters');
      return {
        code: 'AB2210',
        message: `the policy has no parameter \`${name}\``,
        help,
        path: [...path, 'parameters', name],
        part: 'key',
      };
    });
}
