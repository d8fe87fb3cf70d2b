import { codePoints, TRAVERSAL } from '../cost-size.ts';
import type { FunctionDeclaration, Library, Overload } from '../declaration.ts';
import { BOOL, STRING, type Type } from '../type.ts';
import { type CelError, failure } from '../value.ts';
import {
  AUTHORIZER,
  type AuthorizationAnswer,
  AuthorizerValue,
  DECISION,
  DecisionValue,
  GROUP_CHECK,
  GroupCheckValue,
  PATH_CHECK,
  PathCheckValue,
  RESOURCE_CHECK,
  ResourceCheckValue,
} from './authorizer-values.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from './names.ts';

function path(authorizer: AuthorizerValue, text: string): PathCheckValue | CelError {
  return text.trim() === '' ? failure('path must not be empty') : new PathCheckValue(authorizer, text);
}

function serviceAccount(
  authorizer: AuthorizerValue,
  namespace: string,
  name: string,
): AuthorizerValue | CelError {
  if (dns1123SubdomainProblems(name).length > 0)
    return failure(`\`${name}\` is not the name of a service account`);
  if (dns1123LabelProblems(namespace).length > 0)
    return failure(`\`${namespace}\` is not the name of a namespace`);
  return new AuthorizerValue(authorizer.resolve, { kind: 'serviceAccount', namespace, name });
}

function resource(check: GroupCheckValue, name: string): ResourceCheckValue | CelError {
  if (name.trim() === '') return failure('resource must not be empty');
  return new ResourceCheckValue(check.authorizer, {
    group: check.group,
    resource: name,
    subresource: '',
    namespace: '',
    name: '',
    fieldSelector: '',
    labelSelector: '',
  });
}

function decide(answer: AuthorizationAnswer | undefined): DecisionValue | CelError {
  return answer === undefined ? failure('this authorization was not looked up') : new DecisionValue(answer);
}

function checkPath({ authorizer, path: checked }: PathCheckValue, verb: string): DecisionValue | CelError {
  return decide(authorizer.resolve({ subject: authorizer.subject, verb, path: checked }));
}

function checkResource(check: ResourceCheckValue, verb: string): DecisionValue | CelError {
  const { authorizer } = check;
  return decide(authorizer.resolve({ subject: authorizer.subject, verb, resource: check.resource }));
}

// Dear enough that an expression can afford two (cost.go).
const checkCost = (): number => 350_000;

/** A selector is read once, and every other character may make a requirement of it (cost.go `selectorCostEstimate`). */
function selectorCost(_result: unknown, _check: ResourceCheckValue, selector: string): number {
  const length = codePoints(selector);
  return 10 + Math.ceil(length * TRAVERSAL) + Math.ceil(length * 0.5) * 50;
}

const member = (
  name: string,
  id: string,
  parameters: readonly Type[],
  result: Type,
  call: Overload['call'],
): FunctionDeclaration => ({ name, member: true, overloads: [{ id, parameters, result, call }] });

const refine = (name: 'subresource' | 'namespace' | 'name'): FunctionDeclaration =>
  member(
    name,
    `resourcecheck_${name}`,
    [RESOURCE_CHECK, STRING],
    RESOURCE_CHECK,
    (check: ResourceCheckValue, value: string) => check.with({ [name]: value }),
  );

const select = (name: 'fieldSelector' | 'labelSelector'): FunctionDeclaration => ({
  name,
  member: true,
  since: '1.31',
  overloads: [
    {
      id: `authorizer_${name.toLowerCase()}`,
      parameters: [RESOURCE_CHECK, STRING],
      result: RESOURCE_CHECK,
      call: (check: ResourceCheckValue, selector: string) => check.with({ [name]: selector }),
      cost: selectorCost,
    },
  ],
});

const decision = (
  name: string,
  result: Type,
  read: (answer: AuthorizationAnswer) => boolean | string,
): FunctionDeclaration =>
  member(name, `decision_${name}`, [DECISION], result, (value: DecisionValue) => read(value.answer));

/** Questions to the cluster's authorizer (apiserver pkg/cel/library/authz.go). */
export const AUTHORIZERS: Library = {
  name: 'authorizer',
  since: '1.27',
  functions: [
    member('path', 'authorizer_path', [AUTHORIZER, STRING], PATH_CHECK, path),
    member(
      'group',
      'authorizer_group',
      [AUTHORIZER, STRING],
      GROUP_CHECK,
      (authorizer: AuthorizerValue, group: string) => new GroupCheckValue(authorizer, group),
    ),
    member(
      'serviceAccount',
      'authorizer_serviceaccount',
      [AUTHORIZER, STRING, STRING],
      AUTHORIZER,
      serviceAccount,
    ),
    member('resource', 'groupcheck_resource', [GROUP_CHECK, STRING], RESOURCE_CHECK, resource),
    refine('subresource'),
    refine('namespace'),
    refine('name'),
    select('fieldSelector'),
    select('labelSelector'),
    {
      name: 'check',
      member: true,
      pure: false,
      overloads: [
        {
          id: 'pathcheck_check',
          parameters: [PATH_CHECK, STRING],
          result: DECISION,
          call: checkPath,
          cost: checkCost,
        },
        {
          id: 'resourcecheck_check',
          parameters: [RESOURCE_CHECK, STRING],
          result: DECISION,
          call: checkResource,
          cost: checkCost,
        },
      ],
    },
    decision('errored', BOOL, (answer) => answer.error !== undefined),
    decision('error', STRING, (answer) => answer.error ?? ''),
    decision('allowed', BOOL, (answer) => answer.allowed),
    decision('reason', STRING, (answer) => answer.reason),
  ],
};
