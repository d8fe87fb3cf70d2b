import {
  DYN,
  type Environment,
  environment,
  NAMESPACE,
  REQUEST,
  STRING,
  TIMESTAMP,
  type Type,
  variablesType,
} from '../../cel/index.ts';

const languages = new Map<string | undefined, Environment>();

/** The language as a version of Kubernetes has it, without variables: the same for all policies. */
function languageOf(kubernetes: string | undefined): Environment {
  let language = languages.get(kubernetes);
  if (language === undefined) {
    language = environment({ ...(kubernetes !== undefined && { kubernetes }), json });
    languages.set(kubernetes, language);
  }
  return language;
}

/** What the expressions of one policy can see, by where they stand. */
export interface Environments {
  /** Before any rule: `match.conditions` and `variables`. Given the types of the variables that came before. */
  policy(variables: Readonly<Record<string, Type>>): Environment;
  /** In a rule, where `item` and `path` are bound. */
  rule(variables: Readonly<Record<string, Type>>): Environment;
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
}): Environments {
  const roots: Record<string, Type> = {
    object: DYN,
    oldObject: DYN,
    request: REQUEST,
    namespaceObject: NAMESPACE,
    now: TIMESTAMP,
    ...(options.target === 'pod' && { pod: DYN }),
    ...(options.params !== undefined && { params: options.params }),
  };
  const language = languageOf(options.kubernetes);
  const make = (more: Record<string, Type>, variables: Readonly<Record<string, Type>>): Environment => ({
    ...language,
    variables: new Map(Object.entries({ ...roots, ...more, variables: variablesType(variables) })),
  });
  return {
    policy: (variables) => make({}, variables),
    rule: (variables) => make({ item: DYN, path: STRING }, variables),
  };
}
