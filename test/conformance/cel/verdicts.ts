import { readFileSync } from 'node:fs';
import {
  type Activation,
  AUTHORIZER,
  AuthorizerValue,
  BOOL,
  Budget,
  CelError,
  compile,
  DYN,
  environment,
  isIdentifier,
  LazyFields,
  NAMESPACE,
  type Program,
  REQUEST,
  RESOURCE_CHECK,
  ResourceCheckValue,
  type Type,
  type Value,
  variablesType,
} from '../../../src/cel/index.ts';
import { parseExact } from '../../../src/json/index.ts';
import { authorize, type RbacObject, type User } from './rbac.ts';

export type Verdict = 'compile-error' | 'true' | 'false' | 'error';

/** A case of the recorded verdicts, as the file describes itself. */
export interface Case {
  readonly id: string;
  readonly group: string;
  readonly expression: string;
  readonly object: string | null;
  readonly oldObject?: string;
  readonly params?: string | null;
  readonly request: string;
  readonly user: User;
  readonly namespaceObject: Readonly<Record<string, Value>> | null;
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly context?: string;
  readonly verdict: Verdict;
  readonly message?: string;
}

export interface Recording {
  readonly cases: readonly Case[];
  readonly objects: Readonly<Record<string, Value>>;
  readonly requests: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  readonly rbac: readonly RbacObject[];
}

export function readRecording(path: string): Recording {
  return parseExact(readFileSync(path, 'utf8')) as unknown as Recording;
}

/** A policy's variables: worked out when they are first read, each once. */
class Variables extends LazyFields {
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #activation: () => Activation;
  readonly #known = new Map<string, Value | CelError>();
  readonly total: Budget;

  constructor(programs: ReadonlyMap<string, Program>, activation: () => Activation, total: Budget) {
    super();
    this.#programs = programs;
    this.#activation = activation;
    this.total = total;
  }

  override field(name: string): Value | CelError | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const program = this.#programs.get(name);
    if (program === undefined) return undefined;
    const result = program.evaluate(this.#activation(), this.total);
    // A variable that ran out of budget is an error like any other to the expression that reads it.
    const value = result instanceof CelError ? new CelError(result.message) : result;
    this.#known.set(name, value);
    return value;
  }
}

/** The fields of a Namespace that its declared type has; the API server drops the others. */
function declaredNamespace(namespace: Readonly<Record<string, Value>> | null): Value {
  if (namespace === null) return null;
  const pick = (value: Value | undefined, names: readonly string[]): Value => {
    const from = (value ?? {}) as Record<string, Value>;
    return Object.fromEntries(
      names.filter((name) => name in from).map((name) => [name, from[name] as Value]),
    );
  };
  return {
    metadata: pick(namespace['metadata'], [
      'name',
      'generateName',
      'namespace',
      'labels',
      'annotations',
      'creationTimestamp',
      'deletionGracePeriodSeconds',
      'deletionTimestamp',
      'generation',
      'resourceVersion',
      'finalizers',
    ]),
    spec: pick(namespace['spec'], ['finalizers']),
    status: pick(namespace['status'], ['conditions', 'phase']),
  };
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly message: string;
  readonly cost: number;
}

/** The authorizer of a request, and the resource it is about. */
function authorizerOf(one: Case, recording: Recording): Activation {
  const request = recording.requests[one.request] as Readonly<Record<string, Value>>;
  const resource = request['resource'] as Readonly<Record<string, string>>;
  const authorizer = new AuthorizerValue((check) => authorize(check, one.user, recording.rbac));
  const text = (name: string): string => String(request[name] ?? '');
  return {
    authorizer,
    'authorizer.requestResource': new ResourceCheckValue(authorizer, {
      group: resource['group'] ?? '',
      resource: resource['resource'] ?? '',
      subresource: text('subResource'),
      namespace: text('namespace'),
      name: text('name'),
      fieldSelector: '',
      labelSelector: '',
    }),
  };
}

/** Judges a case as the API server would. */
export function judge(one: Case, recording: Recording): Judgement {
  const named = (name: string | null | undefined): Value =>
    name === null || name === undefined ? null : (recording.objects[name] as Value);
  const request = { ...recording.requests[one.request], userInfo: one.user as unknown as Value };
  const roots: Record<string, Type> = {
    object: DYN,
    oldObject: DYN,
    request: REQUEST,
    namespaceObject: NAMESPACE,
    ...(one.params !== undefined && { params: DYN }),
    authorizer: AUTHORIZER,
    'authorizer.requestResource': RESOURCE_CHECK,
  };
  const json = ['object', 'oldObject', 'request', 'namespaceObject', 'params'];
  const programs = new Map<string, Program>();
  const types: Record<string, Type> = {};
  for (const variable of one.variables ?? []) {
    const env = environment({
      kubernetes: '1.36',
      json,
      variables: { ...roots, variables: variablesType(types) },
    });
    if (!isIdentifier(variable.name)) {
      return { verdict: 'compile-error', message: `${variable.name} names no variable`, cost: 0 };
    }
    const compiled = compile(variable.expression, env);
    if (!compiled.ok) {
      return { verdict: 'compile-error', message: JSON.stringify(compiled.problems), cost: 0 };
    }
    programs.set(variable.name, compiled.program);
    types[variable.name] = compiled.program.type;
  }
  const env = environment({
    kubernetes: '1.36',
    json,
    variables: { ...roots, variables: variablesType(types) },
  });
  const compiled = compile(one.expression, env, { expect: BOOL });
  if (!compiled.ok) return { verdict: 'compile-error', message: JSON.stringify(compiled.problems), cost: 0 };
  const budget = new Budget();
  const activation: Activation = {
    object: named(one.object),
    oldObject: named(one.oldObject),
    request,
    namespaceObject: declaredNamespace(one.namespaceObject),
    ...(one.params !== undefined && { params: named(one.params) }),
    ...authorizerOf(one, recording),
    variables: new Variables(programs, () => activation, budget),
  };
  const result = compiled.program.evaluate(activation, budget);
  const cost = budget.cost;
  if (result instanceof CelError) return { verdict: 'error', message: result.message, cost };
  return { verdict: result === true ? 'true' : 'false', message: '', cost };
}
