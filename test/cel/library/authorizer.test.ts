import { describe, expect, test } from 'vitest';
import { Budget, CelError, compile, environment, type Value } from '../../../src/cel/index.ts';
import {
  AUTHORIZER,
  type AuthorizationCheck,
  AuthorizerValue,
  RESOURCE_CHECK,
  ResourceCheckValue,
} from '../../../src/cel/library/index.ts';

const variables = { authorizer: AUTHORIZER, 'authorizer.requestResource': RESOURCE_CHECK };

function ask(expression: string, kubernetes = '1.36') {
  const asked: AuthorizationCheck[] = [];
  const compiled = compile(expression, environment({ kubernetes, variables }));
  if (!compiled.ok) return { refused: compiled.problems.map(({ message }) => message), asked, cost: 0 };
  const authorizer = new AuthorizerValue((check) => {
    asked.push(check);
    if (check.verb === 'unknown') return undefined;
    if (check.verb === 'broken') return { allowed: false, reason: '', error: 'no answer' };
    return { allowed: check.verb === 'get', reason: `${check.verb} was judged` };
  });
  const requestResource = new ResourceCheckValue(authorizer, {
    group: 'apps',
    resource: 'deployments',
    subresource: '',
    namespace: 'team-a',
    name: 'web',
    fieldSelector: '',
    labelSelector: '',
  });
  const budget = new Budget();
  const value: Value | CelError = compiled.program.evaluate(
    { authorizer, 'authorizer.requestResource': requestResource },
    budget,
  );
  return { value: value instanceof CelError ? 'error' : value, asked, cost: budget.cost };
}

const nothing = {
  group: '',
  resource: 'pods',
  subresource: '',
  namespace: '',
  name: '',
  fieldSelector: '',
  labelSelector: '',
};
const requester = { kind: 'requester' };
const pods = 'authorizer.group("").resource("pods")';

describe('what is asked', () => {
  test.each<[string, object]>([
    [`${pods}.check("get")`, { subject: requester, verb: 'get', resource: nothing }],
    [
      `${pods}.subresource("exec").namespace("a").name("b").check("create")`,
      {
        subject: requester,
        verb: 'create',
        resource: { ...nothing, subresource: 'exec', namespace: 'a', name: 'b' },
      },
    ],
    [
      `${pods}.fieldSelector("spec.nodeName=n").labelSelector("app=web").check("list")`,
      {
        subject: requester,
        verb: 'list',
        resource: { ...nothing, fieldSelector: 'spec.nodeName=n', labelSelector: 'app=web' },
      },
    ],
    ['authorizer.path("/metrics").check("get")', { subject: requester, verb: 'get', path: '/metrics' }],
    [
      'authorizer.serviceAccount("ns", "builder").path("/x").check("get")',
      { subject: { kind: 'serviceAccount', namespace: 'ns', name: 'builder' }, verb: 'get', path: '/x' },
    ],
    [
      'authorizer.requestResource.name("other").check("update")',
      {
        subject: requester,
        verb: 'update',
        resource: {
          ...nothing,
          group: 'apps',
          resource: 'deployments',
          namespace: 'team-a',
          name: 'other',
        },
      },
    ],
  ])('%s', (expression, check) => {
    expect(ask(`${expression}.allowed()`).asked).toEqual([check]);
  });
});

describe('what is answered', () => {
  test.each([
    [`${pods}.check("get").allowed()`, true],
    [`${pods}.check("delete").allowed()`, false],
    [`${pods}.check("delete").reason()`, 'delete was judged'],
    [`${pods}.check("get").errored()`, false],
    [`${pods}.check("get").error()`, ''],
    [`${pods}.check("broken").errored()`, true],
    [`${pods}.check("broken").error()`, 'no answer'],
    [`${pods}.check("broken").allowed()`, false],
    [`${pods}.check("unknown").allowed()`, 'error'],
    [`${pods}.check("unknown").allowed() || true`, true],
    ['authorizer.path("").check("get").allowed()', 'error'],
    ['authorizer.path(" ").check("get").allowed()', 'error'],
    ['authorizer.group("").resource("").check("get").allowed()', 'error'],
    ['authorizer.group("").resource("  ").check("get").allowed()', 'error'],
    ['authorizer.serviceAccount("Ns", "a").path("/x").check("get").allowed()', 'error'],
    ['authorizer.serviceAccount("ns", "A").path("/x").check("get").allowed()', 'error'],
    ['authorizer.serviceAccount("a.b", "a").path("/x").check("get").allowed()', 'error'],
    ['authorizer.serviceAccount("ns", "a.b").path("/x").check("get").allowed()', true],
    ['authorizer.group("").resource(dyn(1)).check("get").allowed()', 'error'],
  ])('%s is %j', (expression, expected) => {
    expect(ask(expression).value).toBe(expected);
  });

  test.each([
    'authorizer.check("get")',
    'authorizer.resource("pods")',
    `${pods}.allowed()`,
    'authorizer.path("/x").resource("pods")',
    'authorizer.group(1)',
    'authorizer.serviceAccount("a")',
    `${pods}.check()`,
    `${pods}.nope("x")`,
  ])('%s is refused', (expression) => {
    expect(ask(expression).refused).toBeDefined();
  });
});

describe('versions and cost', () => {
  test.each([
    [`${pods}.check("get").allowed()`, '1.26', false],
    [`${pods}.check("get").allowed()`, '1.27', true],
    [`${pods}.labelSelector("a=b").check("get").allowed()`, '1.30', false],
    [`${pods}.labelSelector("a=b").check("get").allowed()`, '1.31', true],
  ])('%s in %s: %s', (expression, kubernetes, accepted) => {
    expect(ask(expression, kubernetes).refused === undefined).toBe(accepted);
  });

  test.each([
    // The variable, two calls, the check, and allowed().
    [`${pods}.check("get").allowed()`, 1 + 2 + 350_000 + 1],
    // The selector of three characters: ten, one for reading it, two possible requirements of fifty.
    [`${pods}.labelSelector("a=b").check("get").allowed()`, 1 + 2 + (10 + 1 + 100) + 350_000 + 1],
    [`${pods}.fieldSelector("").check("get").allowed()`, 1 + 2 + 10 + 350_000 + 1],
  ])('%s costs %d', (expression, cost) => {
    expect(ask(expression).cost).toBe(cost);
  });

  test('an expression can afford two checks', () => {
    const check = `${pods}.check("get").allowed()`;
    expect(ask(`${check} && ${check}`).value).toBe(true);
    expect(ask(`${check} && ${check} && ${check}`).value).toBe('error');
  });
});
