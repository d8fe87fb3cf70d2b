import {
  DYN,
  type Environment,
  environment,
  JSONPATCH,
  type Library,
  NAMESPACE,
  objectType,
  REQUEST,
  STRING,
  TIMESTAMP,
  type Type,
  variablesType,
} from '../../cel/index.ts';
import type { KnownTypes } from './types.ts';

const languages = new Map<string, Environment>();

/** The language as a version of Kubernetes has it, without variables: the same for all policies. */
function languageOf(kubernetes: string | undefined, libraries: readonly Library[] = []): Environment {
  const key = [kubernetes, ...libraries.map(({ name }) => name)].join();
  let language = languages.get(key);
  if (language === undefined) {
    language = environment({ ...(kubernetes !== undefined && { kubernetes }), json, libraries });
    languages.set(key, language);
  }
  return language;
}

/** What expressions at one place of a policy can see. */
export interface Surroundings {
  /** By which they are compiled: objects are dyn, as they are to the API server. */
  readonly environment: Environment;
  /** By which they are checked once more, for warnings: objects as the kinds that the policy names. */
  readonly typed: readonly { readonly kind: string | undefined; readonly environment: Environment }[];
}

/** What the expressions of one policy can see, by where they stand. */
export interface Environments {
  /** Before any rule: `match.conditions`, `variables` and facts. Given what came before. */
  policy(variables: Readonly<Record<string, Type>>, facts?: Readonly<Record<string, Type>>): Surroundings;
  /** In a rule, where `item` and `path` are bound. */
  rule(variables: Readonly<Record<string, Type>>, each: readonly string[] | undefined): Surroundings;
  /** In a mutation: as in a rule, and `jsonpatch.escapeKey`. */
  mutation(variables: Readonly<Record<string, Type>>, each: readonly string[] | undefined): Surroundings;
}

/** The facts of a policy: their types by name, and whether there is one of images among them. */
export interface FactTypes {
  readonly types: Readonly<Record<string, Type>>;
  readonly knowsImages: boolean;
}

/** Root variables that hold what JSON.parse makes and nothing else. */
const json = ['object', 'oldObject', 'pod', 'item', 'params', 'request', 'namespaceObject'];

/**
 * Environments of the Kubernetes version that policies are written for, with Kubernetes' own variables
 * (apiserver pkg/admission/plugin/cel) and those of ours: `pod`, `item`, `path` and `now`.
 */
export function environmentsOf(options: {
  readonly kubernetes: string | undefined;
  readonly target: 'object' | 'pod';
  /** The type of `params`; undefined where the policy has no parameters. */
  readonly params: Type | undefined;
  /** What is known of the objects that the policy is about. */
  readonly types: readonly KnownTypes[];
  /** What rules can read as `facts`; and whether `image` is something in those about images. */
  readonly facts?: () => FactTypes | undefined;
}): Environments {
  const untyped: Record<string, Type> = {
    object: DYN,
    oldObject: DYN,
    request: REQUEST,
    namespaceObject: NAMESPACE,
    now: TIMESTAMP,
    ...(options.target === 'pod' && { pod: DYN }),
    ...(options.params !== undefined && { params: options.params }),
  };
  const make = (
    roots: Record<string, Type>,
    variables: Readonly<Record<string, Type>>,
    libraries?: readonly Library[],
  ): Environment => ({
    ...languageOf(options.kubernetes, libraries),
    variables: new Map(Object.entries({ ...roots, variables: variablesType(variables) })),
  });
  const withItem =
    (libraries?: readonly Library[]): Environments['rule'] =>
    (variables, each) => {
      const { types = {}, knowsImages = false } = options.facts?.() ?? {};
      const common = {
        ...untyped,
        ...factsOf(types),
        ...(knowsImages && each?.length === 1 && each[0] === 'images' && { image: DYN }),
        path: STRING,
      };
      return {
        environment: make({ ...common, item: DYN }, variables, libraries),
        typed: options.types.map(({ kind, roots, item }) => ({
          kind,
          environment: make({ ...common, ...roots, item: item(each) }, variables, libraries),
        })),
      };
    };
  return {
    policy: (variables, facts = {}) => ({
      environment: make({ ...untyped, ...factsOf(facts) }, variables),
      typed: options.types.map(({ kind, roots }) => ({
        kind,
        environment: make({ ...untyped, ...roots, ...factsOf(facts) }, variables),
      })),
    }),
    rule: withItem(),
    mutation: withItem([JSONPATCH]),
  };
}

function factsOf(types: Readonly<Record<string, Type>>): Record<string, Type> {
  return Object.keys(types).length === 0 ? {} : { facts: objectType('facts', types, 'closed') };
}
